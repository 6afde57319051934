#include "tests/hostile/executor_link.h"

#include <array>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/core/parts.h"
#include "common/loop/files.h"
#include "common/loop/unix_address.h"
#include "common/wire/open.h"
#include "tests/hostile/arguments.h"

namespace mainstay::hostile {

namespace {

// Answers of one request follow each other within a commit of the journal, some milliseconds.
constexpr int kQuietMs = 150;
constexpr int kPatienceMs = 3000;
constexpr int kTriesMax = 3;

std::string_view name_of(AttemptPhase phase) {
  static constexpr std::array<std::string_view, 5> kNames = {"received", "intended", "started",
                                                             "finished", "closed"};
  return kNames.at(static_cast<std::size_t>(phase));
}

/// Of a record of this attempt: how it ended; empty for another's.
std::string words_of(const RecordMessage& message, const AttemptId& attempt) {
  const auto shown = peek(message.record);
  if (!shown) return "";
  const auto say_of = [&](const auto& record) -> std::string {
    if (!record || record->attempt != attempt) return "";
    return "record: " + std::string(mainstay::name_of(record->kind)) + " " + record->reason;
  };
  if (shown->context == context::kClosed) return say_of(decode<ClosedRecord>(shown->payload));
  return say_of(decode<Outcome>(shown->payload));
}

/// What an answer says of this attempt; empty if it speaks of something else.
std::string words_of(const ExecutorMessage& message, const AttemptId& attempt) {
  if (const auto* rejection = std::get_if<Rejection>(&message)) {
    return rejection->attempt == attempt ? "refused: " + rejection->reason : "";
  }
  if (const auto* record = std::get_if<RecordMessage>(&message)) return words_of(*record, attempt);
  if (const auto* state = std::get_if<ExecutorState>(&message)) {
    for (const AttemptState& open : state->open) {
      if (open.attempt == attempt) return "open: " + std::string(name_of(open.phase));
    }
  }
  return "";
}

}  // namespace

Taped read_tape(const std::string& path) {
  Bytes frame = must(loop::read_file(path, kFrameBytesMax));
  auto request = must(decode<ExecutorRequest>(frame));
  return {.frame = std::move(frame), .request = std::move(request)};
}

std::string_view kind_of(const ExecutorRequest& request) {
  // In the order of the variant.
  static constexpr std::array<std::string_view, std::variant_size_v<ExecutorRequest>> kNames = {
      "dispatch",  "beacon",      "control", "labels", "acknowledgement",
      "ask_state", "ask_refresh", "ask_log", "binding"};
  return kNames.at(request.index());
}

loop::Fd connect_as(const std::string& path, uid_t uid) {
  const sockaddr_un address = must(loop::unix_address(path));
  loop::Fd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (::seteuid(uid) != 0) give_up("must be root to become another user");
  const bool connected = loop::connect_to(fd.get(), address) == 0;
  if (::seteuid(0) != 0 || !connected) give_up(path + ": nobody listens");
  return fd;
}

bool ExecutorLink::send(ByteView frame) const {
  return ::send(fd_.get(), frame.data(), frame.size(), MSG_NOSIGNAL) >= 0;
}

std::vector<ExecutorMessage> ExecutorLink::hear() const {
  std::vector<ExecutorMessage> heard;
  while (true) {
    pollfd item{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&item, 1, heard.empty() ? kPatienceMs : kQuietMs) <= 0) return heard;
    Bytes frame(kFrameBytesMax);
    const ssize_t size = ::recv(fd_.get(), frame.data(), frame.size(), 0);
    if (size <= 0) return heard;
    frame.resize(static_cast<std::size_t>(size));
    heard.push_back(must(decode<ExecutorMessage>(frame)));
  }
}

std::string ExecutorLink::ask_once(const AttemptId& attempt, ByteView frame) const {
  // The question for the state makes sure that something comes back, whatever was asked.
  if (!send(frame) || !send(encode(ExecutorRequest(AskState{})))) return "hung up";
  std::string found;
  for (const ExecutorMessage& message : hear()) {
    const std::string words = words_of(message, attempt);
    // The state says less than a refusal or a record.
    if (found.empty() || (!words.empty() && !words.starts_with("open"))) found = words;
  }
  return found.empty() ? "nothing" : found;
}

std::string ExecutorLink::answer_to_frame(const AttemptId& attempt, ByteView frame) const {
  // An executor answers who spoke last: when the agent spoke in between, it has the answer.
  std::string answer;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    answer = ask_once(attempt, frame);
    if (answer != "nothing") break;
  }
  return answer;
}

std::string ExecutorLink::answer_to(const Dispatch& dispatch) const {
  return answer_to_frame(dispatch.attempt, encode(ExecutorRequest(OfferDispatch{dispatch})));
}

ExecutorState ExecutorLink::state() const {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    if (!send(encode(ExecutorRequest(AskState{})))) give_up("the executor hung up");
    std::optional<ExecutorState> last;
    for (const ExecutorMessage& message : hear()) {
      if (const auto* state = std::get_if<ExecutorState>(&message)) last = *state;
    }
    if (last) return *last;
  }
  give_up("the executor does not answer");
}

}  // namespace mainstay::hostile
