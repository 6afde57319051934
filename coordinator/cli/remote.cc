#include "coordinator/cli/remote.h"

#include <algorithm>

#include <poll.h>

#include "common/core/escape.h"
#include "common/crypto/random.h"
#include "common/loop/clock.h"
#include "common/wire/decode.h"
#include "common/wire/encode.h"
#include "common/wire/open.h"
#include "coordinator/shell/link_key_file.h"

namespace mainstay::cli {

namespace {

// A turn of waiting: short, so that a second passes before nobody's eyes.
constexpr Duration kTurn = std::chrono::milliseconds(200);
// Who waits for longer is told what for.
constexpr Duration kSilentMax = std::chrono::seconds(1);

/// Said once a question, and taken back when it is over.
class WaitLine {
 public:
  explicit WaitLine(Screen& screen) : screen_(screen) {}
  WaitLine(const WaitLine&) = delete;
  WaitLine& operator=(const WaitLine&) = delete;
  ~WaitLine() {
    if (shown_) screen_.progress("");
  }
  void show(Instant now, std::string_view what) {
    if (shown_ || now - since_ < kSilentMax) return;
    shown_ = true;
    screen_.progress(what);
  }

 private:
  Screen& screen_;
  Instant since_ = loop::boottime_now();
  bool shown_ = false;
};

Fault fault_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::WrongUse:
      return Fault::Malformed;
    case Verdict::Refused:
      return Fault::Denied;
    case Verdict::ApprovalMissing:
      return Fault::Stale;
    case Verdict::Unreachable:
      return Fault::Unavailable;
    case Verdict::Done:
    case Verdict::HostFailed:
    case Verdict::Halted:
      break;
  }
  return Fault::Corrupt;
}

}  // namespace

std::unexpected<Error> RemoteCentre::unreachable(std::string_view what) const {
  return fail(
      Fault::Unavailable,
      "the centre at " + escape_for_terminal(config_.endpoint) + " " + std::string(what) +
          ": is it running, and are you in its roster, not expired? Hosts go on by themselves");
}

Status RemoteCentre::connect() {
  if (client_) return {};
  if (config_.missing) return std::unexpected(*config_.missing);
  TRY(context_, fabric::Context::create());
  auto keys = coordinator::read_link_key(config_.link_key_file);
  if (!keys) return fail(Fault::Malformed, keys.error().detail);
  fabric::ClientOptions options{
      .endpoint = config_.endpoint, .server_key = config_.server_key, .keys = *keys};
  // A person waits: try again at once.
  options.reconnect_min = Duration(100);
  options.reconnect_spread = Duration(100);
  options.reconnect_max = Duration(1000);
  TRY(client_, fabric::Client::create(*context_, std::move(options),
                                      {.on_frame = [this](ByteView frame) { take(frame); },
                                       .on_connected = [] {},
                                       .on_disconnected =
                                           [this] {
                                             if (pending_) pending_->sent = false;
                                           }}));
  return {};
}

void RemoteCentre::take(ByteView frame) {
  if (!pending_ || pending_->whole) return;
  auto reply = decode<OperatorReply>(frame);
  if (!reply || reply->id != pending_->id) return;  // of a question given up
  pending_->heard = true;
  pending_->verdict = reply->verdict;
  pending_->text = std::move(reply->text);
  auto whole = pending_->parts.add(std::move(reply->part));
  if (!whole) {
    pending_->fault = whole.error().detail;
  } else if (*whole) {
    pending_->whole = std::move(**whole);
  }
}

Status RemoteCentre::await(std::uint64_t id, const Bytes& frame, Duration time_max) {
  Instant deadline = loop::boottime_now() + std::min(time_max, kConnectTimeMax);
  bool ever_sent = false;
  WaitLine line(screen_);
  pending_ = Pending();
  pending_->id = id;
  while (true) {
    while (client_->drain(256)) {
    }
    if (pending_->whole) return {};
    if (!pending_->fault.empty()) return fail(Fault::Corrupt, pending_->fault);
    const Instant now = loop::boottime_now();
    if (!pending_->sent && client_->connected() && client_->send(frame)) {
      pending_->sent = true;
      if (!ever_sent) deadline = now + time_max;
      ever_sent = true;
      continue;  // sending may have swallowed what the descriptor would tell
    }
    if (std::exchange(pending_->heard, false)) deadline = now + time_max;
    if (now >= deadline) return unreachable(ever_sent ? "does not answer" : "cannot be reached");
    // What takes longer by nature has a line of its own.
    if (!ever_sent || time_max == kAnswerTimeMax) {
      line.show(now, "waiting for the centre at " + escape_for_terminal(config_.endpoint));
    }
    pollfd wake{.fd = client_->wake_fd(), .events = POLLIN, .revents = 0};
    const auto left = std::min(kTurn, deadline - now);
    ::poll(&wake, 1, static_cast<int>(left.count()));
  }
}

Result<Reply> RemoteCentre::ask(OperatorMessage message, Duration time_max) {
  TRY_STATUS(connect());
  message.id = ++last_id_;
  const Bytes frame = encode(message);
  // The centre drops what it cannot read, and would seem not to answer.
  if (const auto readable = decode<OperatorMessage>(frame); !readable) {
    return fail(Fault::Malformed, readable.error().detail);
  }
  TRY_STATUS(await(message.id, frame, time_max));
  const Pending& done = *pending_;
  if (done.verdict != Verdict::Done) {
    const std::string text = escape_for_terminal(done.text);
    return fail(fault_of(done.verdict), text.empty() ? "the centre refused, without a word" : text);
  }
  return Reply{.text = done.text, .data = *done.whole};
}

Result<Bytes> RemoteCentre::read(View view, std::string argument) {
  const Duration time_max = view == View::Log ? kSlowAnswerTimeMax : kAnswerTimeMax;
  TRY(Reply reply, ask({.id = 0, .body = ReadRequest{view, std::move(argument)}}, time_max));
  return std::move(reply.data);
}

Result<Reply> RemoteCentre::change(RequestAct act) {
  const bool resolves = std::holds_alternative<DraftPlan>(act);
  OperatorRequest request;
  request.header.not_after = loop::walltime_now() + kRequestLifetime;
  request.nonce = crypto::random_nonce();
  request.act = std::move(act);
  const Bytes payload = encode(request);
  if (const auto readable = decode<OperatorRequest>(payload); !readable) {
    return fail(Fault::Malformed, readable.error().detail);
  }
  TRY(Bytes envelope, sign(context::kRequest, payload));
  return ask({.id = 0, .body = ChangeRequest{std::move(envelope)}},
             resolves ? kSlowAnswerTimeMax : kAnswerTimeMax);
}

Status RemoteCentre::upload(ByteView whole, const std::function<void(std::size_t)>& sent) {
  std::size_t bytes = 0;
  for (Part& part : split(whole)) {
    bytes += part.bytes.size();
    // The last one is answered when the whole has been read and written: seconds for some tens of
    // megabytes.
    TRY_STATUS(ask({.id = 0, .body = UploadRequest{std::move(part)}}, kSlowAnswerTimeMax));
    sent(bytes);
  }
  return {};
}

Result<Bytes> RemoteCentre::sign(std::string_view context, ByteView payload) {
  return with_signer([](Signer& signer, std::string_view what,
                        ByteView bytes) { return seal(what, bytes, signer); },
                     context, payload);
}

Result<Bytes> RemoteCentre::sign_also(ByteView envelope) {
  return with_signer(
      [](Signer& signer, std::string_view, ByteView bytes) { return add_signature(bytes, signer); },
      {}, envelope);
}

Status RemoteCentre::open_signer_once() {
  if (signer_) return {};
  if (config_.missing) return std::unexpected(*config_.missing);
  TRY(signer_, open_signer(config_, screen_));
  return {};
}

Status RemoteCentre::get_ready() {
  TRY_STATUS(connect());
  return open_signer_once();
}

Result<Bytes> RemoteCentre::with_signer(Making make, std::string_view context, ByteView bytes) {
  TRY_STATUS(open_signer_once());
  if (config_.signs_by_agent) screen_.progress("ssh-agent: confirm or touch the key if it asks");
  auto envelope = make(*signer_, context, bytes);
  screen_.progress("");
  if (!envelope) return fail(Fault::Denied, "not signed: " + envelope.error().detail);
  return std::move(*envelope);
}

}  // namespace mainstay::cli
