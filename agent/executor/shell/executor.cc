#include "agent/executor/shell/executor.h"

#include "agent/executor/shell/intake.h"
#include "agent/executor/shell/leftovers.h"
#include "agent/executor/shell/load.h"
#include "common/core/digest.h"
#include "common/crypto/random.h"

namespace mainstay::executor {

namespace {

constexpr Duration kLeaveDelay = std::chrono::milliseconds(300);
constexpr Duration kTickInterval = std::chrono::seconds(1);
// However often it is asked; an unchanged list costs its mirror one small answer.
constexpr Duration kRefreshInterval = std::chrono::seconds(5);

}  // namespace

Executor::Executor(Parts parts, ExecutorConfig config, Journal journal)
    : loop_(parts.loop),
      log_(parts.log),
      store_(parts.store),
      config_(std::move(config)),
      folders_(std::move(parts.folders)),
      signer_(std::move(parts.record_key)),
      listening_(std::move(parts.listening)),
      driver_(std::move(journal), config_.limits, Rng(crypto::random_seed()),
              {.store = store_,
               .encode = encode_write,
               .run =
                   [this](const ExecutorCommand& command) {
                     std::visit([this](const auto& order) { run(order); }, command);
                   },
               .log = log_}),
      patches_(loop_, {.helper = config_.apt_helper,
                       .root = config_.patch_root,
                       .lock_wait = config_.lock_wait}),
      probes_(loop_, config_,
              [this](const Probed& probed) {
                if (!probed.refusal.empty()) {
                  log_.event(Level::Info, "probe.refused", {{"why", probed.refusal}});
                }
                send(probed);
              }),
      leave_(loop_),
      tick_(loop_),
      poll_(loop_) {
  if (config_.task_slice.empty()) return;
  probes_.use(units_.emplace(loop_, log_, config_.task_slice));
}

Executor::~Executor() {
  // Tasks outlive their executor.
  for (auto& [attempt, shim] : shims_) shim->let_go();
}

Status Executor::start() {
  loop::SeqpacketServer::Callbacks callbacks{
      .on_open =
          [this](Connection connection, const loop::Peer& /*peer*/) {
            // The newest counts: an agent that comes back may not have been seen going.
            agent_ = connection;
            log_.event(Level::Info, "agent.connected", {});
          },
      .on_frame = [this](Connection from, const Bytes& frame) { hear(from, frame); },
      .on_close =
          [this](Connection connection) {
            if (agent_ == connection) agent_.reset();
          }};
  const loop::SeqpacketLimits limits{.peer_uid = config_.agent_uid};
  if (listening_) {
    TRY(server_, loop::SeqpacketServer::take_over(loop_, *std::move(listening_), limits,
                                                  std::move(callbacks)));
  } else {
    // Anybody may knock: the uid is asked of the kernel.
    TRY(server_,
        loop::SeqpacketServer::listen(loop_, config_.socket, 0666, limits, std::move(callbacks)));
  }
  heard_at_ = loop_.now().mono;
  Restarted restarted;
  for (const auto& [attempt, entry] : driver_.state().attempts) {
    if (entry.row.phase != AttemptPhase::Intended && entry.row.phase != AttemptPhase::Started) {
      continue;
    }
    restarted.found.push_back({.attempt = attempt, .evidence = find_evidence(folders_, attempt)});
  }
  log_.event(Level::Info, "executor.started",
             {{"host", driver_.state().host.host}, {"open", restarted.found.size()}});
  feed(restarted);
  tick_.repeat(kTickInterval, [this] {
    feed(Ticked{});
    exit_if_idle();
  });
  return {};
}

void Executor::feed(const ExecutorEvent& event) {
  driver_.handle(event, loop_.now());
}

void Executor::send(const ExecutorMessage& message) {
  if (!agent_) return;  // it asks for the state when it comes
  const auto sent = server_->send(*agent_, encode(message));
  if (!sent) log_.event(Level::Warn, "answer.dropped", {{"why", sent.error().detail}});
}

bool Executor::working() const {
  if (patches_.busy() || probes_.busy() || !shims_.empty() || !looks_.empty() || !pauses_.empty()) {
    return true;
  }
  for (const auto& [attempt, entry] : driver_.state().attempts) {
    // A record is work until it is acknowledged: the answer may have been lost, and is asked for
    // anew.
    if (entry.row.phase < AttemptPhase::Closed) return true;
  }
  return false;
}

void Executor::exit_if_idle() {
  if (config_.idle_exit == Duration(0) || working()) return;
  if (loop_.now().mono - heard_at_ < config_.idle_exit) return;
  if (leave_.active()) return;
  log_.event(Level::Info, "executor.idle", {});
  send(Resting{});
  // What was on its way when that was said is still heard, and keeps it here.
  leave_.start(kLeaveDelay, [this] {
    if (!working() && loop_.now().mono - heard_at_ >= config_.idle_exit) loop_.stop();
  });
}

// ---- what the agent says

void Executor::hear(Connection from, ByteView frame) {
  agent_ = from;
  const auto request = decode<ExecutorRequest>(frame);
  if (!request) {
    log_.event(Level::Warn, "frame.malformed", {{"why", request.error().detail}});
    return;
  }
  // Beacons and the question how it goes come for ever; they alone are no work.
  const bool is_routine =
      std::holds_alternative<OfferBeacon>(*request) || std::holds_alternative<AskState>(*request);
  if (!is_routine) heard_at_ = loop_.now().mono;
  std::visit([this](const auto& said) { take(said); }, *request);
}

void Executor::feed_or_count(Result<ExecutorEvent> event, std::string_view kind) {
  if (event) {
    feed(*event);
  } else {
    log_.event(Level::Warn, "document.refused", {{"kind", kind}, {"why", event.error().detail}});
  }
}

void Executor::take(const OfferDispatch& offer) {
  const auto event = Intake(check_, driver_.state()).read(offer);
  if (event) {
    feed(*event);
    return;
  }
  run(TellAgent{Rejection{.attempt = offer.dispatch.attempt,
                          .dispatch = digest_of(offer.dispatch),
                          .reason = event.error().detail}});
}

void Executor::take(const OfferBeacon& offer) {
  feed_or_count(Intake(check_, driver_.state()).read(offer, loop_.now().wall), "beacon");
}
void Executor::take(const OfferControl& offer) {
  feed_or_count(Intake(check_, driver_.state()).read(offer), "control");
}
void Executor::take(const OfferBinding& offer) {
  feed_or_count(Intake(check_, driver_.state()).read(offer, loop_.now().wall), "binding");
}
void Executor::take(const OfferLabels& offer) {
  feed_or_count(Intake(check_, driver_.state()).read(offer, loop_.now().wall), "labels");
}
void Executor::take(const OfferAcknowledgement& offer) {
  feed_or_count(Intake(check_, driver_.state()).read(offer), "acknowledgement");
}

void Executor::take(const AskState& /*ask*/) {
  send(PackageRoot{config_.patch_root});
  feed(StateAsked{});
}

void Executor::take(const AskRefresh& /*ask*/) {
  const Instant now = loop_.now().mono;
  if (refreshing_) return;  // the one under way answers for all who ask meanwhile
  if (refreshed_at_ && now - *refreshed_at_ < kRefreshInterval) {
    send(Refreshed{});
    return;
  }
  refreshing_ = true;
  patches_.refresh([this](const std::string& refusal) {
    refreshing_ = false;
    if (refusal.empty()) refreshed_at_ = loop_.now().mono;
    send(Refreshed{refusal});
  });
}

void Executor::take(const AskProbe& ask) {
  probes_.ask(ask.source);
}

void Executor::take(const AskLog& ask) {
  const auto output = folders_.output(ask.attempt);
  for (auto& part : split(output.value_or(Bytes{}))) {
    send(LogPart{.attempt = ask.attempt, .part = std::move(part)});
  }
}

}  // namespace mainstay::executor
