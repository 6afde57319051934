// The executor on its machine, and the tasks it starts.
#include <algorithm>

#include "common/core/check.h"
#include "common/core/digest.h"
#include "tests/simulation/host.h"

namespace mainstay::sim {

using executor::AttemptEvidence;
using executor::Finding;
using executor::TaskResult;
namespace traces = executor::traces;

namespace {

constexpr pid_t kShim = 4711;

std::vector<PublicKey> keys_of(const Roster& roster) {
  std::vector<PublicKey> keys;
  for (const auto& entry : roster.operators) keys.push_back(entry.key);
  return keys;
}

}  // namespace

AttemptEvidence Host::evidence_of(const AttemptId& attempt) const {
  const auto found = folders_.find(attempt);
  if (found == folders_.end() || !found->second.mark) return {};
  const Folder& folder = found->second;
  AttemptEvidence evidence = traces::shown_by_mark(*folder.mark);
  if (evidence.barred) return evidence;
  evidence.alive = folder.alive;
  if (folder.alive || !folder.result) return evidence;
  if (auto read = traces::read_result(*folder.result)) evidence.result = *std::move(read);
  return evidence;
}

executor::Journal Host::restored() const {
  executor::Journal journal;
  journal.boot = boot_;
  journal.record_key = record_key_;
  journal.dispatch_key = identity_.dispatch_key;
  for (const auto& [key, row] : disk_.rows()) {
    if (const auto* attempt = std::get_if<AttemptRow>(&row)) {
      journal.attempts[attempt->attempt].row = *attempt;
    } else {
      journal.host = std::get<HostStateRow>(row);
    }
  }
  const Bytes& roster = journal.host.roster.empty() ? identity_.roster : journal.host.roster;
  journal.roster = *decode<Roster>(peek(roster)->payload);
  journal.bound_host = journal.host.host;
  const auto labels = *decode<LabelCertificate>(peek(journal.host.labels)->payload);
  journal.labels = labels.labels;
  journal.label_serial = labels.serial;
  journal.labels_until = labels.header.not_after;
  return journal;
}

void Host::start_executor() {
  if (!powered_ || executor_) return;
  ++executor_life_;
  rests_ = false;
  idle_ticks_ = 0;
  executor::Journal journal = restored();
  ports_.checkers.host_state_durable(machine(), journal.host);
  executor::Restarted event;
  for (const auto& [attempt, entry] : journal.attempts) {
    if (entry.row.phase >= AttemptPhase::Finished) continue;
    event.found.push_back({.attempt = attempt, .evidence = evidence_of(attempt)});
  }
  executor_ = std::make_unique<ExecutorDriver>(
      std::move(journal), executor_limits_, Rng(ports_.timeline.rng.next()),
      ExecutorDriver::Ports{
          .store = disk_,
          .encode = [this](const Write<executor::HostRow>& write) { return disk_.encode(write); },
          .run = [this](const executor::ExecutorCommand& command) { run(command); },
          .log = log_});
  executor_step(event);
  executor_tick();
  if (agent_) agent_step(agent::ExecutorUp{});
}

void Host::crash_executor() {
  if (!executor_) return;
  ++executor_life_;
  disk_.crash();
  executor_.reset();
  if (agent_) agent_step(agent::ExecutorDown{});
}

void Host::executor_step(const executor::ExecutorEvent& event) {
  ports_.timeline.mix("executor", event.index());
  executor_->handle(event, now());
}

void Host::executor_later(Duration delay, executor::ExecutorEvent event) {
  ports_.timeline.after(delay, [this, life = executor_life_, event = std::move(event)] {
    if (life == executor_life_ && executor_) executor_step(event);
  });
}

void Host::executor_tick() {
  ports_.timeline.after(10s * options_.pace, [this, life = executor_life_] {
    if (life != executor_life_) return;
    executor_step(executor::Ticked{});
    if (rest_if_idle()) return;
    executor_tick();
  });
}

/// After a minute without work it ends itself, and is started by the agent's next connection.
bool Host::rest_if_idle() {
  const auto& attempts = executor_->state().attempts;
  const bool works = std::ranges::any_of(
      attempts, [](const auto& known) { return known.second.row.phase < AttemptPhase::Closed; });
  idle_ticks_ = works ? 0 : idle_ticks_ + 1;
  if (idle_ticks_ < 6 || !agent_) return false;
  agent_step(agent::ExecutorSaid{Resting{}});
  return rests_;
}

void Host::take(const ExecutorRequest& request) {
  const std::vector<PublicKey> operators = keys_of(executor_->state().roster);
  const PublicKey centre[] = {identity_.dispatch_key};
  // As in the executor's shell: beacons and the question how it goes are no work, all else is.
  const bool is_routine =
      std::holds_alternative<OfferBeacon>(request) || std::holds_alternative<AskState>(request);
  if (!is_routine) idle_ticks_ = 0;
  if (const auto* dispatch = std::get_if<OfferDispatch>(&request)) {
    offer(dispatch->dispatch);
  } else if (const auto* beacon = std::get_if<OfferBeacon>(&request)) {
    if (auto opened =
            verifier_.open<Beacon>(beacon->beacon, context::kBeacon, centre, now().wall)) {
      executor_step(executor::BeaconOffered{*opened});
    }
  } else if (const auto* control = std::get_if<OfferControl>(&request)) {
    offer(*control, operators);
  } else if (const auto* labels = std::get_if<OfferLabels>(&request)) {
    if (auto opened = verifier_.open<LabelCertificate>(labels->certificate, context::kLabels,
                                                       operators, now().wall)) {
      executor_step(executor::LabelsOffered{*opened});
    }
  } else if (const auto* said = std::get_if<OfferAcknowledgement>(&request)) {
    if (auto opened = verifier_.open<Acknowledgement>(
            said->acknowledgement, context::kAcknowledgement, centre, now().wall)) {
      executor_step(executor::AcknowledgementOffered{*opened});
    }
  } else if (std::holds_alternative<AskState>(request)) {
    executor_step(executor::StateAsked{});
  } else if (std::holds_alternative<AskRefresh>(request)) {
    ports_.timeline.after(300ms, [this, life = executor_life_] {
      if (life == executor_life_ && agent_) agent_step(agent::ExecutorSaid{Refreshed{}});
    });
  }
}

void Host::offer(const OfferControl& control, const std::vector<PublicKey>& operators) {
  auto opened =
      verifier_.open_stored<ControlStatement>(control.statement, context::kControl, operators);
  if (!opened) return;
  executor::ControlOffered event{*opened, std::nullopt};
  if (const auto* next = std::get_if<NewRoster>(&(*opened)->act)) {
    auto roster = verifier_.open_stored<Roster>(next->roster, context::kRoster, operators);
    if (!roster) return;
    event.roster = *roster;
  }
  executor_step(event);
}

void Host::offer(const Dispatch& dispatch) {
  const std::vector<PublicKey> operators = keys_of(executor_->state().roster);
  const PublicKey centre[] = {identity_.dispatch_key};
  const Digest digest = sha256(encode(HostOrder(DispatchMessage{dispatch})));
  const auto reject = [&](const Error& error) {
    agent_later(1ms, agent::ExecutorSaid{Rejection{
                         .attempt = dispatch.attempt, .dispatch = digest, .reason = error.detail}});
  };
  auto head = verifier_.open_stored<PlanHead>(dispatch.head, context::kPlanHead, operators);
  if (!head) return reject(head.error());
  auto leaf = decode<Leaf>(dispatch.leaf);
  if (!leaf) return reject(leaf.error());
  executor::DispatchOffered event{.attempt = dispatch.attempt,
                                  .dispatch = digest,
                                  .plan = sha256(peek(dispatch.head)->payload),
                                  .head = *head,
                                  .leaf_bytes = dispatch.leaf,
                                  .leaf = *leaf,
                                  .proof = dispatch.proof,
                                  .permit = std::nullopt};
  if (dispatch.permit) {
    auto batch =
        verifier_.open_stored<PermitBatch>(dispatch.permit->batch, context::kPermits, centre);
    if (!batch) return reject(batch.error());
    auto permit = decode<Permit>(dispatch.permit->permit);
    if (!permit) return reject(permit.error());
    const auto& row = std::get<HostStateRow>(*disk_.find(std::string(kHostStateKey)));
    ports_.checkers.permit_came(id(), *permit, row.term_seen);
    event.permit = executor::ProvenPermit{.batch = *batch,
                                          .bytes = dispatch.permit->permit,
                                          .permit = *permit,
                                          .proof = dispatch.permit->proof};
  }
  executor_step(event);
}

void Host::run(const executor::ExecutorCommand& command) {
  if (const auto* preflight = std::get_if<executor::Preflight>(&command)) {
    std::string refusal;
    if (ports_.timeline.rng.chance(drift)) refusal = "drift: openssl:amd64 is gone";
    executor_later(ports_.timeline.between(100ms, 1s * options_.pace),
                   executor::Preflighted{preflight->attempt, refusal});
  } else if (const auto* order = std::get_if<executor::LaunchShim>(&command)) {
    launch(*order);
  } else if (const auto* watch = std::get_if<executor::WatchShim>(&command)) {
    // Answered from end() when it has ended; at once if it has by now.
    if (!folders_[watch->attempt].alive) {
      executor_later(1ms, executor::Inspected{watch->attempt, evidence_of(watch->attempt)});
    }
  } else if (const auto* bar = std::get_if<executor::BarStart>(&command)) {
    this->bar(bar->attempt);
  } else if (const auto* look = std::get_if<executor::LookAgainAt>(&command)) {
    Finding finding;
    const bool there = !look->packages.empty() && version_ == look->packages[0].version;
    const bool is_reboot = kind_of(look->step) == TaskKind::Reboot;
    const bool is_so = is_reboot || (there && !broken_);
    finding.holds = is_so ? Finding::Holds::Yes : Finding::Holds::No;
    if (!is_so) finding.reason = "openssl:amd64 is half-configured";
    finding.installed = {{"openssl:amd64", version_}};
    executor_later(100ms, executor::LookedAgain{look->attempt, finding});
  } else if (const auto* sign = std::get_if<executor::SignRecord>(&command)) {
    const bool closed = std::holds_alternative<ClosedRecord>(sign->record);
    const Bytes payload =
        std::visit([](const auto& record) { return encode(record); }, sign->record);
    const Bytes record = *seal(closed ? context::kClosed : context::kOutcome, payload, signer_);
    executor_later(2ms, executor::RecordSigned{sign->attempt, record, sha256(record)});
  } else if (const auto* remove = std::get_if<executor::RemoveFolder>(&command)) {
    folders_.erase(remove->attempt);
  } else {
    const auto& message = std::get<executor::TellAgent>(command).message;
    agent_later(1ms, agent::ExecutorSaid{message});
  }
}

void Host::launch(const executor::LaunchShim& order) {
  ports_.checkers.task_launched(machine(), order.attempt, boot_, now().mono);
  // A shim takes a moment to exist, on a busy host a long one, and lives on without its executor.
  const bool busy = (strikes_launch && strikes_launch()) || ports_.timeline.rng.chance(100);
  const Duration delay = busy ? ports_.timeline.between(1s, 10s) * options_.pace : 5ms;
  ports_.timeline.after(delay, [this, life = life_, order] {
    if (life == life_) begin(order);
  });
}

void Host::begin(const executor::LaunchShim& order) {
  Folder& folder = folders_[order.attempt];
  if (folder.mark) {
    executor_later(1ms, executor::Inspected{order.attempt, evidence_of(order.attempt)});
    return;
  }
  const std::string mark = traces::started_text(
      {.barred = false, .boot = boot_, .pid = kShim, .at = now().wall, .boottime = now().mono});
  if (is_full || loses_power_writing()) {
    // The name is there, and what has become of the text decides nothing: the shim gives up.
    folder.mark = is_full ? "" : torn(mark);
    return inspect_soon(order.attempt);
  }
  folder.mark = mark;
  folder.alive = true;
  folder.patches = !order.packages.empty();
  ports_.timeline.tell(short_name(order.attempt) + " begins" + (is_clone() ? " on the clone" : ""));
  ports_.checkers.task_began(machine(), order.attempt);
  if (executor_) executor_later(1ms, executor::ShimStarted{order.attempt});
  const bool hangs = ports_.timeline.rng.chance(hang);
  const bool good = !hangs && !ports_.timeline.rng.chance(fail);
  const Duration takes =
      hangs ? order.step.within : ports_.timeline.between(2s, 15s) * options_.pace;
  if (strikes_shim && strikes_shim()) {
    ports_.timeline.after(takes / 2, [this, life = life_, order] {
      if (life == life_) die(order.attempt);
    });
    return;
  }
  // One in four finds that it is not needed.
  const bool reboots =
      kind_of(order.step) == TaskKind::Reboot && good && !ports_.timeline.rng.chance(250);
  ports_.timeline.after(takes, [this, life = life_, order, good, reboots] {
    if (life != life_) return;
    if (reboots) {
      reboot();
    } else {
      end(order.attempt, good, order.packages);
    }
  });
}

void Host::end(const AttemptId& attempt, bool good, std::vector<PackageVersion> packages) {
  if (good && !packages.empty()) version_ = packages[0].version;
  if (!packages.empty()) broken_ = !good;
  ports_.timeline.tell(short_name(attempt) + (good ? " ends well" : " ends badly"));
  ports_.checkers.task_ended(machine(), attempt, !broken_);
  folders_[attempt].patches = false;  // it has
  TaskResult result;
  result.exit_code = good ? 0 : 100;
  result.finished_at = now().wall;
  result.finished_boottime = now().mono;
  result.boot = boot_;
  write_result(attempt, traces::result_text(result));
}

/// In order: the task is told to end, and the machine is back when it has booted.
void Host::reboot() {
  lose_power("to reboot");
  ports_.timeline.after(ports_.timeline.between(5s, 20s) * options_.pace, [this, life = life_] {
    if (life == life_) boot();
  });
}

// It leaves no result, and half an installation.
void Host::die(const AttemptId& attempt) {
  Folder& folder = folders_[attempt];
  folder.alive = false;
  if (folder.patches) broken_ = true;
  ports_.timeline.tell(short_name(attempt) + " is killed");
  ports_.checkers.task_ended(machine(), attempt, !broken_);
  inspect_soon(attempt);
}

// ---- the files of an attempt

void Host::inspect_soon(const AttemptId& attempt) {
  if (executor_) executor_later(1ms, executor::Inspected{attempt, evidence_of(attempt)});
}

bool Host::loses_power_writing() {
  if (!strikes_trace || !strikes_trace()) return false;
  lose_power("as a file is written");
  return true;
}

/// After a power cut: not even the name, the name alone, or a part.
std::optional<std::string> Host::torn(const std::string& text) {
  Rng& rng = ports_.timeline.rng;
  switch (rng.below(3)) {
    case 0:
      return std::nullopt;
    case 1:
      return "";
    default:
      return text.substr(0, rng.below(text.size()));
  }
}

void Host::bar(const AttemptId& attempt) {
  Folder& folder = folders_[attempt];
  if (!folder.mark) {
    const std::string mark = traces::started_text(
        {.barred = true, .boot = boot_, .pid = 0, .at = now().wall, .boottime = {}});
    folder.mark = is_full ? "" : mark;
    if (is_full) return;  // it failed, and is tried again at the next tick
    if (strikes_trace && strikes_trace()) {
      // Not within the executor's own step.
      ports_.timeline.after(0ms, [this, life = life_, attempt, mark] {
        if (life != life_) return;
        lose_power("as a file is written");
        folders_[attempt].mark = torn(mark);
      });
    }
  }
  executor_later(2ms, executor::Inspected{attempt, evidence_of(attempt)});
}

void Host::write_result(const AttemptId& attempt, std::string text) {
  if (is_full) {
    // The shim waits for room, longer than any disk here stays full.
    ports_.timeline.after(1s * options_.pace, [this, life = life_, attempt, text] {
      if (life == life_) write_result(attempt, text);
    });
    return;
  }
  Folder& folder = folders_[attempt];
  folder.alive = false;
  folder.result = loses_power_writing() ? torn(text) : std::move(text);
  inspect_soon(attempt);
}

}  // namespace mainstay::sim
