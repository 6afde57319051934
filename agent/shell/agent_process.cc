#include "agent/shell/agent_process.h"

#include <algorithm>
#include <array>

#include "agent/shell/heap.h"
#include "agent/shell/hear.h"
#include "agent/shell/program_pages.h"
#include "agent/shell/status.h"
#include "common/crypto/random.h"
#include "common/loop/boot_id.h"
#include "common/wire/decode.h"
#include "common/wire/sizes.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kDrainMax = 64;  // frames before anything else on the loop has its turn
// The loop's timers stop during suspend, so none is set for longer.
constexpr Duration kTimerMax = std::chrono::seconds(10);
constexpr Duration kStatusInterval = std::chrono::seconds(5);
constexpr Duration kSampleInterval = std::chrono::seconds(10);

constexpr std::array<std::string_view, 11> kEventNames = {
    "restarted",   "ticked",      "connection.up", "connection.down",
    "centre.said", "executor.up", "executor.down", "executor.said",
    "looked",      "resolved",    "source.looked"};
static_assert(kEventNames.size() == std::variant_size_v<AgentEvent>);
constexpr std::array<std::string_view, 8> kCommandNames = {
    "connect",     "send_to_centre", "send_to_executor", "look_now",
    "resolve_now", "leave_executor", "wake_executor",    "look_at"};
static_assert(kCommandNames.size() == std::variant_size_v<AgentCommand>);

}  // namespace

AgentProcess::AgentProcess(Parts parts, AgentConfig config, Enrolment enrolment,
                           fabric::KeyPair keys)
    : loop_(parts.loop),
      context_(parts.context),
      log_(parts.log),
      config_(std::move(config)),
      enrolment_(std::move(enrolment)),
      keys_(keys),
      rng_(crypto::random_seed()),
      helpers_(loop_, config_, log_),
      sources_(loop_, config_, log_),
      timer_(loop_),
      sample_timer_(loop_) {}

AgentProcess::~AgentProcess() = default;

const std::string& AgentProcess::gate() const {
  return config_.gate_endpoint.empty() ? enrolment_.gate_endpoint : config_.gate_endpoint;
}

Status AgentProcess::start() {
  TRY(const BootId boot, loop::boot_id());
  log_.event(Level::Info, "agent.started", {{"host", enrolment_.host}, {"gate", gate()}});
  executor_ = std::make_unique<loop::SeqpacketClient>(
      loop_,
      loop::SeqpacketClient::Options{.path = config_.executor_socket,
                                     .limits = {.peer_uid = config_.executor_uid}},
      loop::SeqpacketClient::Callbacks{.on_open =
                                           [this] {
                                             sources_.forget_parts();
                                             feed(ExecutorUp{});
                                           },
                                       .on_frame = [this](const Bytes& f) { hear_executor(f); },
                                       .on_close = [this] { feed(ExecutorDown{}); }});
  feed(Restarted{.agent_version = MAINSTAY_VERSION,
                 .boot = boot,
                 .binding = enrolment_.binding,
                 .labels = enrolment_.labels});
  begin_history();
  return {};
}

void AgentProcess::begin_history() {
  const auto resource = static_cast<std::size_t>(Source::Resource);
  if (config_.limits.sources[resource].interval <= Duration::zero()) return;
  recorder_ = std::make_unique<Recorder>(config_.state_directory + "/history");
  sample_timer_.repeat(kSampleInterval, [this] {
    recorder_->look(loop_.now());
    const Status& state = recorder_->state();
    if (state.has_value() != records_) {
      records_ = state.has_value();
      log_.event(records_ ? Level::Info : Level::Warn, records_ ? "history.kept" : "history.lost",
                 {{"why", records_ ? std::string() : state.error().detail}});
    }
    // After the start and after looks: a sample alone would only map again what the last one did.
    if (has_looked_) give_back_program_pages();
    has_looked_ = false;
  });
}

void AgentProcess::feed(AgentEvent event) {
  // Only now: while that event was fed, what it was read from was still there.
  if (has_read_) give_back_free_pages();
  has_looked_ |= has_read_;
  has_read_ = std::holds_alternative<Looked>(event) || std::holds_alternative<Resolved>(event) ||
              std::holds_alternative<SourceLooked>(event);
  events_.push_back(std::move(event));
  // A command may make something happen at once; that is a step of its own, after this one.
  if (stepping_) return;
  stepping_ = true;
  while (!events_.empty()) {
    const AgentEvent next = std::move(events_.front());
    events_.pop_front();
    step_once(next);
  }
  stepping_ = false;
  note_changes();
  set_timer();
}

void AgentProcess::step_once(const AgentEvent& event) {
  if (config_.log_level == Level::Debug) {
    log_.event(Level::Debug, "agent.event", {{"event", kEventNames[event.index()]}});
  }
  const AgentEffects effects = step(state_, event, config_.limits, loop_.now(), rng_);
  for (const auto& command : effects.commands) {
    if (config_.log_level == Level::Debug) {
      log_.event(Level::Debug, "agent.command", {{"command", kCommandNames[command.index()]}});
    }
    std::visit([this](const auto& order) { run(order); }, command);
  }
}

void AgentProcess::set_timer() {
  const Instant due = next_due(state_, config_.limits);
  const Duration wait = due == kNever ? kTimerMax : due - loop_.now().mono;
  timer_.start(std::clamp(wait, Duration(0), kTimerMax), [this] { feed(Ticked{}); });
}

void AgentProcess::note_changes() {
  const bool changed = state_.link.up != link_was_up_ || state_.relay.up != executor_was_up_;
  if (state_.link.up != link_was_up_) {
    link_was_up_ = state_.link.up;
    log_.event(Level::Info, link_was_up_ ? "link.connected" : "link.lost", {{"gate", gate()}});
  }
  if (state_.relay.up != executor_was_up_) {
    executor_was_up_ = state_.relay.up;
    log_.event(Level::Info,
               executor_was_up_     ? "executor.connected"
               : state_.relay.rests ? "executor.rests"
                                    : "executor.lost",
               {});
  }
  const Now now = loop_.now();
  if (!changed && now.mono - status_at_ < kStatusInterval) return;
  status_at_ = now.mono;
  const auto written = write_status(
      config_, status_text(state_, {.host = enrolment_.host, .gate = gate(), .now = now}));
  if (!written.has_value()) {
    log_.event(Level::Warn, "status.failed", {{"why", written.error().detail}});
  }
}

void AgentProcess::run(const Connect&) {
  auto client = fabric::Client::create(
      context_, {.endpoint = gate(), .server_key = enrolment_.gate_key, .keys = keys_},
      {.on_frame = [this](ByteView frame) { hear_centre(frame); },
       .on_connected = [this] { feed(ConnectionUp{}); },
       .on_disconnected = [this] { feed(ConnectionDown{}); }});
  if (!client.has_value()) {
    // The endpoint is wrong or there are no descriptors: neither goes away by itself.
    log_.event(Level::Error, "link.failed", {{"gate", gate()}, {"why", client.error().detail}});
    return;
  }
  client_ = std::move(*client);
  pump_ = std::make_unique<loop::SocketPump>(loop_, client_->wake_fd(),
                                             [this] { return client_->drain(kDrainMax); });
}

void AgentProcess::run(const SendToCentre& command) {
  if (client_ == nullptr) return;
  Bytes frame = encode(command.message);
  if (frame.size() > kHostFrameBytesMax) {
    log_.event(Level::Warn, "frame.too_long", {{"bytes", frame.size()}});
    const auto* answer = std::get_if<ResolveAnswer>(&command.message);
    if (answer == nullptr) return;
    // The planner must hear that this host cannot take part, rather than wait for it.
    frame = encode(HostMessage(ResolveAnswer{.draft = answer->draft,
                                             .packages = {},
                                             .kept = {},
                                             .refusal = "the set of packages is too long"}));
  }
  const auto sent = client_->send(frame);
  // Normal just before a lost connection is noticed: whatever matters is sent again.
  if (!sent.has_value()) log_.event(Level::Debug, "frame.unsent", {{"why", sent.error().detail}});
}

void AgentProcess::run(const SendToExecutor& command) {
  const auto sent = executor_->send(encode(command.request));
  if (!sent.has_value()) log_.event(Level::Debug, "offer.unsent", {{"why", sent.error().detail}});
}

void AgentProcess::run(const LeaveExecutor& /*command*/) {
  executor_->disconnect();
}

void AgentProcess::run(const WakeExecutor& /*command*/) {
  executor_->connect();
}

void AgentProcess::run(const LookNow& command) {
  helpers_.look(command.root, [this](Looked looked) { feed(std::move(looked)); });
}

void AgentProcess::run(const LookAt& command) {
  sources_.look(command, [this](SourceLooked looked) { feed(std::move(looked)); });
}

void AgentProcess::run(const ResolveNow& command) {
  helpers_.resolve(command, [this](Resolved resolved) { feed(std::move(resolved)); });
}

void AgentProcess::hear_centre(ByteView frame) {
  auto said = centre_said(frame);
  if (!said.has_value()) {
    count_malformed("centre", said.error());
    return;
  }
  feed(std::move(*said));
}

void AgentProcess::hear_executor(ByteView frame) {
  auto message = decode<ExecutorMessage>(frame);
  if (!message.has_value()) {
    count_malformed("executor", message.error());
    return;
  }
  // Its own words first: they say that it is there.
  feed(ExecutorSaid{*message});
  auto* probed = std::get_if<Probed>(&*message);
  if (probed == nullptr || !probed->refusal.empty()) return;
  if (auto looked = sources_.take(std::move(*probed))) feed(std::move(*looked));
}

void AgentProcess::count_malformed(std::string_view from, const Error& error) {
  malformed_ += 1;
  // At powers of two, so that a flood of them is no flood of lines.
  if ((malformed_ & (malformed_ - 1)) != 0) return;
  log_.event(Level::Warn, "frame.refused",
             {{"from", from}, {"count", malformed_}, {"why", error.detail}});
}

}  // namespace mainstay::agent
