#include "agent/shell/enrolment.h"

#include <memory>
#include <optional>

#include "agent/shell/identity.h"
#include "common/core/digest.h"
#include "common/crypto/signers.h"
#include "common/fabric/client.h"
#include "common/loop/files.h"
#include "common/loop/seqpacket_client.h"
#include "common/loop/socket_pump.h"
#include "common/plan/key_lines.h"
#include "common/plan/token_text.h"
#include "common/plan/trust.h"
#include "common/wire/open.h"

namespace mainstay::agent {
namespace {

constexpr Duration kResend = std::chrono::seconds(2);
constexpr Duration kOfferTimeMax = std::chrono::seconds(5);

class Enroller {
 public:
  Enroller(const EnrolOptions& options, Log& log)
      : options_(options), log_(log), limit_(loop_), resend_(loop_) {}

  Result<std::string> run();

 private:
  Status prepare();
  Status choose_keys();
  Status connect();
  void hear_executor(ByteView frame);
  void hear_centre(ByteView frame);
  void ask();
  Status take(const EnrolReply& reply);
  void offer();
  void end(Result<std::string> result) {
    result_ = std::move(result);
    loop_.stop();
  }

  const EnrolOptions& options_;
  Log& log_;
  loop::Loop loop_;
  loop::Timer limit_;
  loop::Timer resend_;
  TokenText token_;
  Trust trust_;
  Enrolment enrolment_;
  fabric::KeyPair keys_;
  std::optional<PublicKey> record_key_;
  bool enrolled_ = false;
  std::unique_ptr<fabric::Context> context_;
  std::unique_ptr<loop::SeqpacketClient> executor_;
  std::unique_ptr<fabric::Client> client_;
  std::unique_ptr<loop::SocketPump> pump_;
  Result<std::string> result_ = std::string();
};

Status Enroller::prepare() {
  TRY(token_, read_token(options_.token, options_.token_file));
  TRY(const Bytes trust, loop::read_file(options_.config.trust_file, kKeyLinesBytesMax));
  if (sha256(trust) != token_.trust_digest) {
    return fail(Fault::Denied, options_.config.trust_file +
                                   ": not the trust file that this token was made for; install the "
                                   "one of this fleet, or make a new token");
  }
  TRY(trust_, read_trust(as_text(trust), options_.config.trust_file));
  return choose_keys();
}

Status Enroller::choose_keys() {
  TRY(enrolment_.machine, machine_digest(options_.config));
  TRY(const auto before, load_enrolment(options_.config));
  // Keys belong to one machine: a copied disk makes its own.
  const bool moved = before && before->machine != enrolment_.machine;
  TRY(keys_, moved ? replace_link_keys(options_.config) : link_keys(options_.config));
  return {};
}

Status Enroller::connect() {
  TRY(context_, fabric::Context::create({.sockets_max = 16}));
  TRY(client_, fabric::Client::create(*context_,
                                      {.endpoint = token_.enrolment_endpoint,
                                       .server_key = token_.enrolment_key,
                                       .keys = keys_,
                                       .reconnect_min = Duration(200),
                                       .reconnect_spread = Duration(300),
                                       .reconnect_max = Duration(5000)},
                                      {.on_frame = [this](ByteView frame) { hear_centre(frame); },
                                       .on_connected = [this] { ask(); }}));
  pump_ = std::make_unique<loop::SocketPump>(loop_, client_->wake_fd(),
                                             [this] { return client_->drain(16); });
  return {};
}

void Enroller::hear_executor(ByteView frame) {
  const auto message = decode<ExecutorMessage>(frame);
  if (!message.has_value()) return;
  const auto* state = std::get_if<ExecutorState>(&*message);
  if (state == nullptr) return;
  if (enrolled_) {
    if (state->label_serial_seen > 0) end("enrolled as " + token_.host.text());
    return;
  }
  if (record_key_) return;
  record_key_ = state->record_key;
  if (const auto connecting = connect(); !connecting.has_value()) {
    end(std::unexpected(connecting.error()));
  }
}

void Enroller::ask() {
  if (enrolled_) return;
  resend_.start(kResend, [this] { ask(); });
  const EnrolRequest request{.host = token_.host,
                             .secret = token_.secret,
                             .link_key = keys_.key,
                             .record_key = *record_key_,
                             .machine = enrolment_.machine,
                             .trust_digest = token_.trust_digest};
  const auto sent = client_->send(encode(request));
  if (!sent.has_value()) log_.event(Level::Debug, "enrol.unsent", {{"why", sent.error().detail}});
}

void Enroller::hear_centre(ByteView frame) {
  if (enrolled_) return;
  const auto reply = decode<EnrolReply>(frame);
  if (!reply.has_value()) {
    log_.event(Level::Warn, "frame.refused", {{"why", reply.error().detail}});
    return;
  }
  if (const auto taken = take(*reply); !taken.has_value()) {
    end(std::unexpected(taken.error()));
    return;
  }
  offer();
}

Status Enroller::take(const EnrolReply& reply) {
  if (!reply.refusal.empty()) return fail(Fault::Denied, "refused: " + reply.refusal);
  const crypto::Ed25519Check check;
  const Verifier verifier(check);
  const std::array<PublicKey, 1> trusted = {trust_.dispatch_key};
  TRY(const auto binding,
      verifier.open<HostBinding>(reply.binding, context::kBinding, trusted, loop_.now().wall));
  if (binding->host != token_.host || binding->link_key != keys_.key ||
      binding->record_key != *record_key_) {
    return fail(Fault::Denied, "the answer binds other keys than this host's");
  }
  enrolment_.host = token_.host;
  enrolment_.gate_endpoint = token_.gate_endpoint;
  enrolment_.gate_key = token_.gate_key;
  enrolment_.binding = reply.binding;
  enrolment_.labels = reply.labels;
  return save_enrolment(options_.config, enrolment_);
}

void Enroller::offer() {
  enrolled_ = true;
  resend_.stop();
  // The running agent offers them again to an executor that does not take them now.
  limit_.start(kOfferTimeMax, [this] {
    end("enrolled as " + token_.host.text() + "; the executor has not confirmed its labels yet");
  });
  for (const ExecutorRequest& request :
       {ExecutorRequest(OfferBinding{enrolment_.binding}),
        ExecutorRequest(OfferLabels{enrolment_.labels}), ExecutorRequest(AskState{})}) {
    const auto sent = executor_->send(encode(request));
    if (!sent.has_value()) log_.event(Level::Debug, "offer.unsent", {{"why", sent.error().detail}});
  }
}

Result<std::string> Enroller::run() {
  TRY_STATUS(prepare());
  executor_ = std::make_unique<loop::SeqpacketClient>(
      loop_,
      loop::SeqpacketClient::Options{.path = options_.config.executor_socket,
                                     .limits = {.peer_uid = options_.config.executor_uid}},
      loop::SeqpacketClient::Callbacks{
          .on_open =
              [this] {
                if (enrolled_) return offer();
                static_cast<void>(executor_->send(encode(ExecutorRequest(AskState{}))));
              },
          .on_frame = [this](const Bytes& frame) { hear_executor(frame); },
          .on_close = [] {}});
  limit_.start(options_.time_max, [this] {
    end(fail(Fault::Unavailable,
             record_key_ ? "no answer from " + token_.enrolment_endpoint +
                               ": is the enrolment gate running, and is this token known to it?"
                         : "no answer from the executor at " + options_.config.executor_socket +
                               ": is mainstay-exec running, and does it accept this user?"));
  });
  loop_.run();
  return std::move(result_);
}

}  // namespace

Result<std::string> enrol(const EnrolOptions& options, Log& log) {
  Enroller enroller(options, log);
  return enroller.run();
}

}  // namespace mainstay::agent
