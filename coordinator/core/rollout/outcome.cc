// How attempts end: signed records, and the look at the host's health that follows a success.
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

namespace {

constexpr std::string_view kDrift = "drift";

struct RecordView {
  AttemptId attempt;
  OutcomeKind kind = OutcomeKind::Unknown;
  std::string reason;
  WallTime started_at{};
  WallTime finished_at{};
  bool closed = false;  // proven never to have started
  const Bytes& document;
  Bytes output_tail;
};

RecordView view_of(const Verified<Outcome>& outcome) {
  return {.attempt = outcome->attempt,
          .kind = outcome->kind,
          .reason = outcome->reason,
          .started_at = outcome->started_at,
          .finished_at = outcome->finished_at,
          .closed = false,
          .document = outcome.document(),
          .output_tail = outcome->output_tail};
}

RecordView view_of(const Verified<ClosedRecord>& record) {
  return {.attempt = record->attempt,
          .kind = record->kind,
          .reason = record->reason,
          .started_at = {},
          .finished_at = record->closed_at,
          .closed = true,
          .document = record.document(),
          .output_tail = {}};
}

// The step is over and the host's health is as it was: on to the next, or done.
void go_on(Turn& turn, Rollout& rollout, Target& target) {
  const PlanHead& head = head_of(turn.state, rollout);
  if (target.row.step + 1U < head.steps.size()) {
    enter(turn, rollout, target, TargetPhase::Waiting);
    // Its record came when it was counted as unreachable, and all else was over.
    if (rollout.row.phase == RolloutPhase::Finished) {
      enter_phase(turn, rollout, RolloutPhase::Running, {});
    }
    // Counted as under way from here on.
    rollout.reopened += target.row.retried || target.row.step > 0 ? 0 : 1;
    target.row.step += 1;
    target.row.number = 1;
    return;
  }
  end_target(turn, rollout, target, OutcomeKind::Succeeded, "");
  release_slot(turn, target.row.host, rollout.row.rollout, "succeeded, and healthy");
}

void succeed(Turn& turn, Rollout& rollout, Target& target, const RecordView& record) {
  if (!is_disruptive(head_of(turn.state, rollout))) {
    if (target.row.phase == TargetPhase::Ended) {
      target.row.kind = OutcomeKind::Succeeded;
      target.row.reason = "its record came late";
      turn.touch(target.row);
      return;
    }
    go_on(turn, rollout, target);
    return;
  }
  enter(turn, rollout, target, TargetPhase::Verifying);
  target.row.finished_at = record.finished_at;
  target.deadline = turn.now.mono + turn.limits.verify_max;
  Host& host = turn.state.hosts.at(target.row.host);
  host.sight.look_asked_at.reset();  // what was asked for before may begin before the finish
  ask_look(turn, host);
}

/// The slot of a host whose end comes late is booked again if a person released it meanwhile: what
/// goes wrong by itself may exceed a limit. Nothing if another rollout has the host by now.
bool keeps_its_slot(Turn& turn, const Rollout& rollout, const Target& target) {
  if (!is_disruptive(head_of(turn.state, rollout))) return true;
  const auto slot = turn.state.slots.find(target.row.host);
  if (slot != turn.state.slots.end()) return slot->second.rollout == rollout.row.rollout;
  const Host& host = turn.state.hosts.at(target.row.host);
  book_slot(turn, host, rollout.row.rollout).snapshot = target.row.snapshot;
  return true;
}

/// Two rollouts were at work on the host. Its health is the other's to prove.
void end_beside(Turn& turn, Rollout& rollout, Target& target, const RecordView& record) {
  const SlotRow& slot = turn.state.slots.at(target.row.host);
  const std::string late =
      std::string(name_of(record.kind)) + " late in " + short_name(rollout.row.rollout);
  // Success is what a look proves, and none can tell the work of the two apart.
  const bool proven = record.kind != OutcomeKind::Succeeded;
  end_target(turn, rollout, target, proven ? record.kind : OutcomeKind::Unknown,
             proven ? record.reason
                    : "succeeded late, not proved: " + short_name(slot.rollout) + " has the host");
  taint_slot(turn, target.row.host, slot.rollout, late);
}

// A closed record gives the slot back only if nothing before it can have left the host hurt.
void close(Turn& turn, Rollout& rollout, Target& target, const RecordView& record) {
  const auto slot = turn.state.slots.find(target.row.host);
  const bool clean = slot != turn.state.slots.end() && !slot->second.tainted &&
                     slot->second.rollout == rollout.row.rollout;
  const bool drift = record.kind == OutcomeKind::Refused && record.reason.starts_with(kDrift);
  const bool again = record.kind == OutcomeKind::Expired &&
                     target.row.phase == TargetPhase::Working &&
                     target.row.number < turn.limits.attempts_max &&
                     head_of(turn.state, rollout).header.not_after > turn.now.wall;
  if (again) {
    enter(turn, rollout, target, TargetPhase::Waiting);
    target.row.number += 1;
  } else {
    end_target(turn, rollout, target, record.kind, record.reason);
  }
  if (clean && target.row.step == 0) {
    release_slot(turn, target.row.host, rollout.row.rollout,
                 "its attempt was closed before it started");
  } else if (clean && !again) {
    taint_slot(turn, target.row.host, rollout.row.rollout,
               "left half way in " + short_name(rollout.row.rollout));
  }
  if (drift && rollout.row.phase == RolloutPhase::Running) {
    enter_phase(turn, rollout, RolloutPhase::Paused,
                {.reason = target.row.host.text() + ": " + record.reason});
  }
}

/// What a record is about: an attempt that was granted, or may have been before the store was
/// restored from an older copy.
struct RecordSubject {
  Rollout* rollout = nullptr;
  Target* target = nullptr;
};
std::optional<RecordSubject> subject_of(State& state, const AttemptId& attempt,
                                        const Limits& limits) {
  Rollout* rollout = rollout_of(state, attempt.plan);
  if (rollout == nullptr) return std::nullopt;
  const auto found = rollout->targets.find(attempt.host);
  if (found == rollout->targets.end()) return std::nullopt;
  const TargetRow& row = found->second.row;
  const bool was_granted = attempt.step < row.step
                               ? attempt.number <= limits.attempts_max
                               : attempt.step == row.step && attempt.number <= row.number;
  if (!was_granted) return std::nullopt;
  return RecordSubject{.rollout = rollout, .target = &found->second};
}

/// Counted, and told now and then: a host has its own record key, and could fill store and chain.
void refuse(Turn& turn, Host& host, const std::string& why) {
  Sight& sight = host.sight;
  sight.records_refused += 1;
  auto& alarmed = sight.record_alarm_at;
  if (alarmed && turn.now.mono - *alarmed < turn.limits.alarm_interval) return;
  alarmed = turn.now.mono;
  // Without a number that rises: an alarm that is repeated must not push out the others.
  turn.audit("ALARM " + why + ", sent by " + host.row.host.text());
}

void apply(Turn& turn, const RecordView& record, const RecordSubject& subject) {
  Rollout* const rollout = subject.rollout;
  Target& target = *subject.target;
  // A look at its health that began before this end is none for a recheck that waits for it.
  HostRow& host = turn.state.hosts.at(record.attempt.host).row;
  if (host.recheck_after && *host.recheck_after < record.finished_at) {
    host.recheck_after = record.finished_at;
    turn.touch(host);
  }
  add_history(turn, target,
              {.step = record.attempt.step,
               .number = record.attempt.number,
               .kind = record.kind,
               .reason = record.reason,
               .started_at = record.started_at,
               .finished_at = record.finished_at});
  const bool awaited =
      target.row.phase == TargetPhase::Working ||
      (target.row.phase == TargetPhase::Ended && target.row.kind == OutcomeKind::Unreachable);
  if (!awaited || attempt_of(*rollout, target) != record.attempt) return;  // late, and overtaken
  if (record.closed) {
    close(turn, *rollout, target, record);
  } else if (!keeps_its_slot(turn, *rollout, target)) {
    end_beside(turn, *rollout, target, record);
  } else if (record.kind == OutcomeKind::Succeeded) {
    succeed(turn, *rollout, target, record);
  } else {
    end_target(turn, *rollout, target, record.kind, record.reason);
    taint_slot(turn, target.row.host, rollout->row.rollout,
               std::string(name_of(record.kind)) + " in " + short_name(rollout->row.rollout));
  }
}

}  // namespace

void on(Turn& turn, const RecordArrived& event) {
  Host* host = find_by_link(turn.state, event.link);
  if (host == nullptr) return;  // removed or revoked meanwhile
  RecordView record =
      std::visit([](const auto& verified) { return view_of(verified); }, event.record);
  record.reason.resize(std::min(record.reason.size(), turn.limits.reason_bytes_max));
  if (record.attempt.host != host->row.host) {  // I21
    return refuse(turn, *host, "host " + host->row.host.text() + " sent the record of another");
  }
  const auto known = turn.state.records.find(record.attempt);
  if (known != turn.state.records.end() && known->second != event.digest) {
    // Not acknowledged: a person must look.
    return refuse(turn, *host, "two different records of " + short_name(record.attempt));
  }
  if (known == turn.state.records.end()) {
    const auto subject = subject_of(turn.state, record.attempt, turn.limits);
    if (!subject) {
      // Neither stored nor acknowledged: no limit of ours would bound how many there are.
      return refuse(turn, *host, "record of an unknown attempt");
    }
    turn.state.records[record.attempt] = event.digest;
    turn.put(RecordRow{.attempt = record.attempt,
                       .digest = event.digest,
                       .envelope = record.document,
                       .output_tail = record.output_tail,
                       .at = turn.now.wall});
    turn.audit("record " + std::string(name_of(record.kind)) + " " + short_name(record.attempt) +
               " digest=" + to_hex(event.digest.view()).substr(0, 16));
    apply(turn, record, *subject);
  }
  turn.order(SendAcknowledgement{.host = event.link,
                                 .attempt = record.attempt,
                                 .record = event.digest,
                                 .term = turn.state.reign.term});
}

void settle_verifying(Turn& turn, const Host& host) {
  for (auto& [id, rollout] : turn.state.rollouts) {
    if (rollout.open == 0) continue;
    const auto found = rollout.targets.find(host.row.host);
    if (found == rollout.targets.end()) continue;
    Target& target = found->second;
    if (target.row.phase != TargetPhase::Verifying) continue;
    if (host.sight.row.health_at <= target.row.finished_at) continue;  // older than the finish
    if (!is_no_worse(host.sight.row.health, target.row.snapshot)) continue;  // may still come up
    go_on(turn, rollout, target);
  }
}

void on_rejection(Turn& turn, const Host& host, const Rejection& rejection) {
  Rollout* rollout = rollout_of(turn.state, rejection.attempt.plan);
  if (rollout == nullptr) return;
  const auto found = rollout->targets.find(host.row.host);
  if (found == rollout->targets.end()) return;
  Target& target = found->second;
  if (attempt_of(*rollout, target) != rejection.attempt) return;
  const bool given_up =
      target.row.phase == TargetPhase::Ended && target.row.kind == OutcomeKind::Unreachable;
  if (given_up && turn.now.wall - target.row.phase_since >= turn.limits.unreachable_after) {
    // It was asked long enough to close the attempt: nobody but a person gives this slot back.
    taint_slot(turn, host.row.host, rollout->row.rollout,
               "its executor will not close the attempt: " + rejection.reason.substr(0, 64));
  }
  if (target.row.phase != TargetPhase::Working) return;  // an older frame
  target.rejection = rejection.reason.substr(0, turn.limits.reason_bytes_max);
}

}  // namespace mainstay::coordinator
