#include "coordinator/shell/feeds.h"

#include <filesystem>
#include <set>
#include <utility>

#include "common/loop/files.h"

namespace mainstay::coordinator {

namespace {

// Parts follow each other within a round trip; then whoever sends has gone.
constexpr Duration kSendingPatience = std::chrono::seconds(30);

}  // namespace

std::string Feeds::path_of(const Digest& digest) const {
  return folder_ + "/" + to_hex(digest.view());
}

Result<bool> Feeds::add(const LinkKey& from, Part part, const std::map<std::string, FeedRow>& rows,
                        Now now) {
  const bool is_other = sending_ && (sending_->from != from || sending_->digest != part.whole);
  if (is_other && sending_->from != from && now.mono - sending_->heard < kSendingPatience) {
    return fail(Fault::Unavailable, "another list is being sent: try again in a minute");
  }
  if (!sending_ || is_other) {
    if (ready(part.whole)) return true;  // its last answer was lost
    sending_ = Sending{
        .from = from, .digest = part.whole, .heard = now.mono, .parts = Assembler(kFeedBytesMax)};
  }
  sending_->heard = now.mono;
  auto whole = sending_->parts.add(std::move(part));
  if (whole && !*whole) return false;
  const Digest digest = sending_->digest;
  sending_.reset();
  if (!whole) return std::unexpected(whole.error());
  TRY_STATUS(keep(digest, **whole, rows));
  return true;
}

Status Feeds::keep(const Digest& digest, const Bytes& bytes,
                   const std::map<std::string, FeedRow>& rows) {
  TRY(Feed feed, Feed::read(std::string(as_text(bytes))));
  std::error_code error;
  std::filesystem::create_directory(folder_, error);
  if (error) return fail(Fault::Unavailable, folder_ + ": " + error.message());
  TRY_STATUS(loop::write_file_durably(path_of(digest), bytes, 0600));
  forget_ready(rows);
  ready_ = Ready{.digest = digest, .feed = std::move(feed)};
  return {};
}

std::optional<ReadFeed> Feeds::ready(const Digest& digest) const {
  const Feed* feed = ready_ && ready_->digest == digest ? &ready_->feed : nullptr;
  for (const auto& [name, used] : digests_) {
    const auto found = in_use_.find(name);
    if (used == digest && found != in_use_.end()) feed = &found->second;
  }
  if (feed == nullptr) return std::nullopt;
  return ReadFeed{.name = feed->head().name, .at = feed->head().at};
}

Result<Feed> Feeds::load(const Digest& digest) const {
  TRY(const Bytes bytes, loop::read_file(path_of(digest), kFeedBytesMax));
  if (sha256(bytes) != digest) return fail(Fault::Corrupt, path_of(digest) + " was changed");
  return Feed::read(std::string(as_text(bytes)));
}

void Feeds::use(const std::string& name, const Digest& digest) {
  const auto before = digests_.find(name);
  if (before != digests_.end() && before->second == digest && in_use_.contains(name)) return;
  const std::optional<Digest> old =
      before == digests_.end() ? std::nullopt : std::optional(before->second);
  digests_[name] = digest;
  if (digest.is_zero()) {
    digests_.erase(name);
    in_use_.erase(name);
  } else if (ready_ && ready_->digest == digest) {
    in_use_.insert_or_assign(name, std::move(ready_->feed));
    ready_.reset();
  } else {
    auto feed = load(digest);
    if (!feed) {
      in_use_.erase(name);
      // Nothing is decided by it; but hosts that were vulnerable must not look as if they were not.
      log_.event(Level::Error, "vulnerabilities.lost",
                 {{"list", name}, {"reason", feed.error().detail}});
      return;
    }
    in_use_.insert_or_assign(name, std::move(*feed));
  }
  if (old && *old != digest) (void)loop::remove_durably(path_of(*old)).has_value();
}

void Feeds::forget_ready(const std::map<std::string, FeedRow>& rows) {
  if (!ready_) return;
  const Digest digest = ready_->digest;
  ready_.reset();
  for (const auto& [name, row] : rows) {
    if (row.digest == digest) return;
  }
  (void)loop::remove_durably(path_of(digest)).has_value();
}

void Feeds::sweep(const std::map<std::string, FeedRow>& rows) {
  std::set<std::string> named;
  for (const auto& [name, row] : rows) named.insert(to_hex(row.digest.view()));
  std::error_code error;
  std::filesystem::directory_iterator at(folder_, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!named.contains(name)) (void)loop::remove_durably(at->path().string()).has_value();
  }
}

}  // namespace mainstay::coordinator
