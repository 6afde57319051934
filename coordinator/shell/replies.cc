#include "coordinator/shell/replies.h"

#include <set>

#include "common/wire/encode.h"

namespace mainstay::coordinator {

std::optional<std::uint64_t> Replies::open(const Asker& asker, Now now) {
  std::erase_if(open_,
                [&](const auto& entry) { return now.mono - entry.second.since > kAskerPatience; });
  if (open_.size() >= kAskersMax) return std::nullopt;
  open_.emplace(++last_, Open{.asker = asker, .since = now.mono});
  return last_;
}

std::uint64_t Replies::open_at_cost(const Asker& asker, Now now) {
  if (const auto number = open(asker, now)) return *number;
  open_.erase(open_.begin());
  open_.emplace(++last_, Open{.asker = asker, .since = now.mono});
  return last_;
}

std::optional<Asker> Replies::close(std::uint64_t request) {
  const auto found = open_.find(request);
  if (found == open_.end()) return std::nullopt;
  const Asker asker = found->second.asker;
  open_.erase(found);
  return asker;
}

void Replies::send(const Asker& to, const Reply& reply, Now now) {
  constexpr std::size_t kBytesMax = kPartBytesMax * kPartsMax;
  if (reply.data.size() > kBytesMax) {
    return send(to,
                {.verdict = Verdict::Refused,
                 .text = "the answer has " + std::to_string(reply.data.size()) +
                         " bytes, at most " + std::to_string(kBytesMax) + " can be sent"},
                now);
  }
  OperatorReply message{.id = to.id, .verdict = reply.verdict, .text = reply.text, .part = {}};
  for (Part& part : split(reply.data)) {
    message.part = std::move(part);
    Bytes frame = encode(message);
    // In order behind what waits already, of whomever: answers are few and short but for bundles.
    if (waiting_.empty() && send_(to.sender, frame)) continue;
    if (waiting_bytes_ + frame.size() > kReplyBytesMax) return;
    waiting_bytes_ += frame.size();
    waiting_.push_back({.to = to.sender, .frame = std::move(frame), .since = now.mono});
  }
}

bool Replies::flush(Now now) {
  std::set<std::uint32_t> stuck;
  std::deque<Waiting> left;
  std::size_t bytes = 0;
  for (Waiting& entry : waiting_) {
    if (!stuck.contains(entry.to.connection)) {
      if (send_(entry.to, entry.frame)) continue;
      stuck.insert(entry.to.connection);
    }
    if (now.mono - entry.since > kReaderPatience) continue;  // gone; operators ask again
    bytes += entry.frame.size();
    left.push_back(std::move(entry));
  }
  waiting_ = std::move(left);
  waiting_bytes_ = bytes;
  return !waiting_.empty();
}

}  // namespace mainstay::coordinator
