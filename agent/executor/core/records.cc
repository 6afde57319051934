// How an attempt ended: what the host shows when looked at again decides, not an exit code.
#include "agent/executor/core/machine.h"

namespace mainstay::executor {

namespace {

using Holds = Finding::Holds;

// Signed records outlive the plan: audits look at them months later.
constexpr Duration kRecordLifetime = std::chrono::hours(24 * 400);

std::string end_text(const std::optional<TaskResult>& result) {
  if (!result) return "it was interrupted";
  if (!result->reason.empty()) return result->reason;
  if (result->timed_out) return "its time limit was over";
  if (result->exit_code >= 128) return "signal " + std::to_string(result->exit_code - 128);
  return "exit " + std::to_string(result->exit_code);
}

/// A patch is judged by the package database: a clean exit proves nothing, nor does a bad one.
/// A service that did not come up again runs nothing old either: there a good end is asked for,
/// too.
enum class Asks { TheFinding, ACleanEnd };

void judge_by_finding(Outcome& outcome, const std::optional<TaskResult>& result,
                      const Finding& finding, Asks asks) {
  const bool clean = result && result->exit_code == 0 && !result->timed_out;
  outcome.installed = finding.installed;
  switch (finding.holds) {
    case Holds::Yes:
      if (asks == Asks::ACleanEnd && !clean) {
        outcome.reason = "nothing runs replaced files, but " + end_text(result);
        outcome.kind = OutcomeKind::Failed;
        return;
      }
      outcome.kind = OutcomeKind::Succeeded;
      if (!clean) outcome.reason = "everything is as planned, although " + end_text(result);
      return;
    case Holds::No:
      outcome.kind = OutcomeKind::Failed;
      outcome.reason = finding.reason + (clean ? "" : " (" + end_text(result) + ")");
      return;
    case Holds::CannotTell:
      outcome.kind = OutcomeKind::Unknown;
      outcome.reason = finding.reason + " (" + end_text(result) + ")";
      return;
  }
}

// What mainstay-restart says before it lets a machine go down; any other end is part of going down.
constexpr int kRebootNotNeeded = 0;
constexpr int kRebootNotOrdered = 1;
constexpr int kCannotTell = 3;

bool has_told(const AttemptEntry& entry) {
  if (!entry.result || entry.result->timed_out || !entry.result->reason.empty()) return false;
  return entry.result->exit_code == kRebootNotNeeded ||
         entry.result->exit_code == kRebootNotOrdered || entry.result->exit_code == kCannotTell;
}

/// A reboot is decided by the boot, and not by how its task ended: as long as its time lasts it may
/// be on its way.
bool is_going_down(const Turn& turn, const AttemptEntry& entry) {
  if (entry.row.boot != turn.journal.boot || has_told(entry)) return false;
  return turn.now.mono < entry.row.permit_until + entry.row.step.within;
}

void judge_reboot(Outcome& outcome, const AttemptEntry& entry, const BootId& boot,
                  const std::optional<Finding>& finding) {
  outcome.kind = OutcomeKind::Failed;
  if (entry.row.boot != boot) {
    // That it did boot is proven; a look tells whether it is up.
    const Holds holds = finding ? finding->holds : Holds::CannotTell;
    if (holds == Holds::Yes) outcome.kind = OutcomeKind::Succeeded;
    if (holds == Holds::CannotTell) outcome.kind = OutcomeKind::Unknown;
    outcome.reason = finding ? finding->reason : "it has booted; nobody looked whether it is up";
  } else if (has_told(entry) && entry.result->exit_code == kRebootNotNeeded) {
    outcome.kind = OutcomeKind::Succeeded;
    outcome.reason = "no reboot was needed";
  } else {
    outcome.reason = has_told(entry)
                         ? "the reboot could not be ordered (" + end_text(entry.result) + ")"
                         : "it did not go down within its time (" + end_text(entry.result) + ")";
  }
}

/// A check and a read-only run are looks themselves: their exit is the finding.
void judge_by_result(Outcome& outcome, const std::optional<TaskResult>& result) {
  if (!result) {
    outcome.kind = OutcomeKind::Unknown;
    outcome.reason = end_text(result);
  } else if (result->exit_code == 0 && !result->timed_out && result->reason.empty()) {
    outcome.kind = OutcomeKind::Succeeded;
  } else {
    outcome.kind = OutcomeKind::Failed;
    outcome.reason = end_text(result);
  }
}

void sign_outcome(Turn& turn, AttemptEntry& entry, const std::optional<Finding>& finding) {
  Outcome outcome;
  outcome.header.not_after = turn.now.wall + kRecordLifetime;
  outcome.attempt = entry.row.attempt;
  outcome.started_at = entry.row.intended_at;
  outcome.finished_at = turn.now.wall;
  outcome.boot = turn.journal.boot;
  outcome.finished_boottime = turn.now.mono;
  outcome.audit = turn.journal.host.audit;
  if (entry.result) {
    outcome.started_at = entry.result->started_at;
    outcome.finished_at = entry.result->finished_at;
    outcome.output_digest = entry.result->output_digest;
    outcome.output_bytes = entry.result->output_bytes;
    outcome.output_tail = entry.result->output_tail;
  }
  if (kind_of(entry.row.step) == TaskKind::Reboot) {
    judge_reboot(outcome, entry, turn.journal.boot, finding);
  } else if (finding) {
    const bool restarts = kind_of(entry.row.step) == TaskKind::RestartService;
    judge_by_finding(outcome, entry.result, *finding,
                     restarts ? Asks::ACleanEnd : Asks::TheFinding);
  } else {
    judge_by_result(outcome, entry.result);
  }
  entry.row.succeeded = outcome.kind == OutcomeKind::Succeeded;
  turn.out.commands.emplace_back(
      SignRecord{.attempt = entry.row.attempt, .record = std::move(outcome)});
}

}  // namespace

void sign_closed(Turn& turn, AttemptEntry& entry) {
  if (!entry.closing) {
    entry.closing = Closing{.kind = OutcomeKind::Refused, .reason = "closed before it started"};
  }
  ClosedRecord record;
  record.header.not_after = turn.now.wall + kRecordLifetime;
  record.attempt = entry.row.attempt;
  record.kind = entry.closing->kind;
  record.reason = entry.closing->reason;
  record.closed_at = turn.now.wall;
  record.audit = turn.journal.host.audit;
  turn.out.commands.emplace_back(
      SignRecord{.attempt = entry.row.attempt, .record = std::move(record)});
}

void look_again(Turn& turn, AttemptEntry& entry) {
  if (entry.looking) return;
  const TaskKind kind = kind_of(entry.row.step);
  const bool is_reboot = kind == TaskKind::Reboot;
  if (is_reboot && is_going_down(turn, entry)) return;  // asked again at each tick
  entry.looking = true;
  const bool has_booted = is_reboot && entry.row.boot != turn.journal.boot;
  if (kind != TaskKind::Patch && kind != TaskKind::RestartService && !has_booted) {
    sign_outcome(turn, entry, std::nullopt);
    return;
  }
  turn.out.commands.emplace_back(LookAgainAt{
      .attempt = entry.row.attempt, .step = entry.row.step, .packages = entry.row.packages});
}

void on(Turn& turn, const LookedAgain& event) {
  AttemptEntry* entry = find(turn, event.attempt);
  if (entry == nullptr || entry->row.phase != AttemptPhase::Started) return;
  sign_outcome(turn, *entry, event.finding);
}

void on(Turn& turn, const RecordSigned& event) {
  AttemptEntry* entry = find(turn, event.attempt);
  if (entry == nullptr || entry->row.phase >= AttemptPhase::Finished) return;  // signed twice
  enter(*entry, AttemptPhase::Finished);
  entry->row.record = event.record;
  entry->row.record_digest = event.digest;
  entry->running = false;
  write(turn, *entry);
  tell(turn, RecordMessage{.record = event.record});
  tell(turn, state_message(turn.journal));
}

}  // namespace mainstay::executor
