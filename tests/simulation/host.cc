// The machine, and the agent on it.
#include "tests/simulation/host.h"

#include <algorithm>

#include "common/core/check.h"
#include "common/core/digest.h"
#include "common/plan/package_list.h"

namespace mainstay::sim {

namespace {

std::string key_of_row(const executor::HostRow& row) {
  if (const auto* attempt = std::get_if<AttemptRow>(&row)) return attempt_key(attempt->attempt);
  return std::string(kHostStateKey);
}

// Chosen for a pace of one.
void stretch(agent::AgentLimits& limits, std::uint32_t pace) {
  for (Duration* span :
       {&limits.report_interval,   &limits.look_interval,    &limits.look_retry,
        &limits.look_time_max,     &limits.state_interval,   &limits.connect_spread,
        &limits.hello_patience,    &limits.beacon_age_max,   &limits.resend_delay_min,
        &limits.resend_delay_base, &limits.resend_delay_max, &limits.refresh_time_max,
        &limits.simulate_time_max, &limits.rest_time_max,    &limits.wake_time_max,
        &limits.source_spread,     &limits.source_retry,     &limits.source_rest,
        &limits.findings_interval, &limits.packages_pause}) {
    *span *= pace;
  }
}

void stretch(executor::ExecutorLimits& limits, std::uint32_t pace) {
  for (Duration* span :
       {&limits.beacon_age_max, &limits.clock_skew_max, &limits.permit_lifetime_max}) {
    *span *= pace;
  }
  limits.attempts_max = 200;
}

LabelCertificate certificate_of(const Host::Identity& identity, WallTime now) {
  return {.header = {.required_features = {}, .not_after = now + 2400h},
          .host = identity.id,
          .serial = 1,
          .labels = identity.labels};
}

}  // namespace

Host::Host(Ports ports, Identity identity, const Options& options)
    : ports_(std::move(ports)),
      identity_(std::move(identity)),
      link_(link_key(identity_.id.text())),
      record_key_(public_key(identity_.id.text())),
      signer_(record_key_),
      options_(options),
      certificate_(certificate_of(identity_, ports_.timeline.wall())),
      disk_(ports_.timeline, key_of_row) {
  FakeSigner labeller(identity_.operator_key);
  label_document_ = *seal(context::kLabels, encode(certificate_), labeller);
  disk_.commit_max = options.commit_max;
  disk_.on_durable = [this](const executor::HostRow& row) {
    if (const auto* state = std::get_if<HostStateRow>(&row)) {
      ports_.checkers.host_state_durable(machine(), *state);
      return;
    }
    const auto& attempt = std::get<AttemptRow>(row);
    if (!is_clone()) ports_.checkers.edges.attempt(attempt);
    if (attempt.phase == AttemptPhase::Intended) intends = true;
    if (attempt.record.empty()) return;
    ports_.checkers.record_durable_on_host(machine(), attempt.attempt, attempt.record_digest);
  };
  HostStateRow state;
  state.host = identity_.id;
  state.labels = label_document_;
  disk_.put(state);
  ports_.checkers.host_labelled(id(), identity_.labels);
  agent_limits_.report_interval = 12s;
  agent_limits_.state_interval = 20s;
  agent_limits_.resend_delay_max = 20s;
  stretch(agent_limits_, options.pace);
  agent_limits_.sources[std::to_underlying(Source::Backup)] = {
      .interval = 7min * options.pace, .time_max = 30s * options.pace, .asks_root = false};
  if (options.has_lists) {
    agent_limits_.sources[std::to_underlying(Source::Patch)] = {
        .interval = 11min * options.pace, .time_max = 30s * options.pace, .asks_root = false};
  }
  stretch(executor_limits_, options.pace);
}

Now Host::now() const {
  // Five seconds of boot, so that no instant of a running host is zero.
  return {.mono = instant_from_ms((ports_.timeline.now() - booted_ + 5s).count()),
          .wall = ports_.timeline.wall() + skew};
}

void Host::copy(const Host& twin) {
  for (const auto& [key, row] : twin.disk_.rows()) disk_.put(row);
  folders_ = twin.folders_;
  for (auto& [attempt, folder] : folders_) folder.alive = false;
  version_ = twin.version_;
  broken_ = twin.broken_;
}

void Host::retire() {
  lose_power("for good");
  retired_ = true;
}

void Host::boot() {
  if (powered_ || retired_) return;
  powered_ = true;
  ++life_;
  booted_ = ports_.timeline.now();
  for (auto& byte : boot_.value) byte = static_cast<std::byte>(ports_.timeline.rng.below(256));
  start_executor();
  start_agent();
}

void Host::lose_power(std::string_view why) {
  if (!powered_) return;
  ports_.timeline.tell(id().text() + " loses power" + (why.empty() ? "" : " " + std::string(why)));
  crash_agent();
  crash_executor();
  powered_ = false;
  rests_ = false;
  ++life_;
  for (auto& [attempt, folder] : folders_) {
    if (!folder.alive) continue;
    folder.alive = false;
    if (folder.patches) broken_ = true;  // half of it is installed
    ports_.checkers.task_ended(machine(), attempt, !broken_);
  }
}

void Host::repair() {
  if (!broken_) return;
  broken_ = false;
  ports_.timeline.tell(id().text() + " is repaired by hand");
  ports_.checkers.host_excused(id());
}

bool Host::is_drained() const {
  if (!powered_ || !agent_ || !(executor_ || rests_)) return false;
  if (!agent_->spool.empty()) return false;
  if (!executor_) {
    return std::ranges::all_of(disk_.rows(), [](const auto& stored) {
      const auto* attempt = std::get_if<AttemptRow>(&stored.second);
      return attempt == nullptr || attempt->phase == AttemptPhase::Closed;
    });
  }
  for (const auto& [attempt, entry] : executor_->state().attempts) {
    if (entry.row.phase != AttemptPhase::Closed) return false;
  }
  return true;
}

Health Host::health() const {
  return {.broken_packages = broken_ ? 1U : 0U, .failed_units = 0};
}

// ---- the agent

void Host::start_agent() {
  if (!powered_ || agent_) return;
  ++agent_life_;
  agent_.emplace();
  agent_due_ = Instant::max();
  agent_step(agent::Restarted{.agent_version = "1.0", .boot = boot_, .binding = {}, .labels = {}});
  if (executor_) {
    agent_step(agent::ExecutorUp{});
  } else if (rests_) {
    start_executor();  // by the new agent's first connection
  }
}

void Host::crash_agent() {
  if (!agent_) return;
  ++agent_life_;
  agent_.reset();
  linked_ = false;
  ports_.hang_up();
}

void Host::connection(bool up) {
  if (linked_ == up) return;
  linked_ = up;
  if (!agent_) return;
  if (up) {
    agent_step(agent::ConnectionUp{});
  } else {
    agent_step(agent::ConnectionDown{});
  }
}

void Host::hear(ByteView frame) {
  if (!agent_ || !agent_->link.up) return;
  auto order = decode<HostOrder>(frame);
  if (!order) return;  // counted by the real shell
  if (const auto* beacon = std::get_if<BeaconMessage>(&*order)) {
    const PublicKey centre[] = {identity_.dispatch_key};
    if (verifier_.open_stored<Beacon>(beacon->beacon, context::kBeacon, centre)) {
      ports_.checkers.beacon_came(machine());
    }
  }
  agent::CentreSaid said{.order = std::move(*order), .frame = sha256(frame), .acknowledged = {}};
  if (const auto* acknowledged = std::get_if<AcknowledgementMessage>(&said.order)) {
    // Read unverified, as the agent does: the executor judges it.
    const auto document = peek(acknowledged->acknowledgement);
    const auto read =
        document ? decode<Acknowledgement>(document->payload) : std::unexpected(document.error());
    if (!read) return;
    said.acknowledged = read->record;
  }
  agent_step(said);
}

void Host::agent_later(Duration delay, agent::AgentEvent event) {
  ports_.timeline.after(delay, [this, life = agent_life_, event = std::move(event)] {
    if (life == agent_life_ && agent_) agent_step(event);
  });
}

void Host::agent_step(const agent::AgentEvent& event) {
  ports_.timeline.mix("agent", event.index());
  const agent::AgentEffects effects =
      agent::step(*agent_, event, agent_limits_, now(), ports_.timeline.rng);
  for (const auto& command : effects.commands) run(command);
  agent_tick_at(agent::next_due(*agent_, agent_limits_));
}

void Host::agent_tick_at(Instant due) {
  if (due >= agent_due_ || due == agent::kNever) return;
  agent_due_ = due;
  const Duration delay = std::max<Duration>(due - now().mono, 1ms);
  ports_.timeline.after(delay, [this, life = agent_life_, due] {
    if (life != agent_life_ || due != agent_due_) return;
    agent_due_ = Instant::max();
    agent_step(agent::Ticked{});
  });
}

void Host::run(const agent::AgentCommand& command) {
  if (std::holds_alternative<agent::Connect>(command)) {
    ports_.timeline.after(10ms, [this, life = agent_life_] {
      if (life == agent_life_) ports_.dial();
    });
  } else if (const auto* message = std::get_if<agent::SendToCentre>(&command)) {
    if (linked_) ports_.send(encode(message->message));
  } else if (const auto* request = std::get_if<agent::SendToExecutor>(&command)) {
    ports_.timeline.after(1ms, [this, life = executor_life_, body = request->request] {
      if (life == executor_life_ && executor_) take(body);
    });
  } else if (std::holds_alternative<agent::LookNow>(command)) {
    ports_.timeline.after(200ms, [this, life = agent_life_] {
      if (life != agent_life_ || !agent_) return;
      agent_step(agent::Looked{
          .health = health(),
          .facts = {{.fact = Fact::PatchSecurity, .value = version_ == "3.0.17" ? 0 : 1}},
          .os = "debian 12",
          .architecture = "amd64"});
    });
  } else if (const auto* look = std::get_if<agent::LookAt>(&command)) {
    agent_later(300ms, looked_at(look->source));
  } else if (std::holds_alternative<agent::LeaveExecutor>(command)) {
    crash_executor();  // what it had not synced was no reason to stay
    rests_ = true;
  } else if (std::holds_alternative<agent::WakeExecutor>(command)) {
    ports_.timeline.after(5ms, [this, life = agent_life_] {
      if (life == agent_life_) start_executor();
    });
  } else {
    const auto& resolve = std::get<agent::ResolveNow>(command).resolve;
    agent_later(300ms, agent::Resolved{{.draft = resolve.draft,
                                        .packages = {{"openssl:amd64", "3.0.17"}},
                                        .kept = {},
                                        .refusal = {}}});
  }
}

// Now good, now bad, now not to be told: by the hour, so that it draws on nobody's chance.
/// It changes when the host is patched.
std::string Host::package_list() const {
  return package_list_text({.release = "debian:12",
                            .sees_processes = true,
                            .packages = {{.name = "bash", .version = "5.2.15-2"},
                                         {.name = "openssl",
                                          .version = version_,
                                          .candidate = "3.0.17",
                                          .listening = {"nginx"},
                                          .stale = broken_ ? std::vector<std::string>{"nginx"}
                                                           : std::vector<std::string>{}}}});
}

agent::SourceLooked Host::looked_at(Source source) const {
  const std::int64_t phase = to_ms(now().wall) / 1'000'000 / options_.pace % 4;
  agent::SourceLooked looked{.source = source, .report = std::nullopt, .failure = {}};
  if (phase == 3) {
    looked.failure = "no answer";
    return looked;
  }
  SourceReport& report = looked.report.emplace();
  report.source = source;
  report.at = now().wall;
  if (source == Source::Patch) {
    report.facts = {{.fact = Fact::RebootNeeded, .value = 0}};
    report.packages = package_list();
    return looked;
  }
  report.facts = {{.fact = Fact::BackupRefuted, .value = phase == 1 ? 1 : 0}};
  report.findings = {{.topic = Topic::Backup,
                      .judgement = phase == 1 ? Judgement::Refuted : Judgement::Proved,
                      .subject = "orders",
                      .text = version_,
                      .at = now().wall,
                      .readings = {}}};
  return looked;
}

}  // namespace mainstay::sim
