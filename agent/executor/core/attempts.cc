// From a dispatch to a started task, and what a crash in between leaves to decide.
#include "agent/executor/core/guard.h"
#include "agent/executor/core/machine.h"

namespace mainstay::executor {

namespace {

using Kind = Judgement::Kind;

constexpr std::size_t kErasedMax = 32;  // a tick: a step may write no more than 64 keys

void reject(Turn& turn, const AttemptId& attempt, const Digest& dispatch, std::string reason) {
  tell(turn, Rejection{.attempt = attempt, .dispatch = dispatch, .reason = std::move(reason)});
}

void intend(Turn& turn, AttemptEntry& entry) {
  enter(entry, AttemptPhase::Intended);
  entry.row.boot = turn.journal.boot;
  entry.row.intended_at = turn.now.wall;
  write(turn, entry);
}

/// A known attempt is answered with its state, whatever came with the dispatch.
void answer_known(Turn& turn, AttemptEntry& entry, const DispatchOffered& event) {
  if (!entry.row.record.empty()) {
    tell(turn, RecordMessage{.record = entry.row.record});
    return;
  }
  const bool waits = entry.row.phase == AttemptPhase::Intended && !entry.running && !entry.closing;
  if (waits && event.permit &&
      judge(event, turn.journal, turn.limits, turn.now).kind == Kind::Start) {
    // It waited so long that the coordinator sent a fresh permit: that one counts now.
    if (raise_term(turn, event.permit->permit.term)) {
      entry.row.permit_until = event.permit->permit.not_after;
      write(turn, entry);
    }
  }
  tell(turn, state_message(turn.journal));
}

void launch(Turn& turn, AttemptEntry& entry) {
  entry.running = true;
  entry.launches += 1;
  turn.out.commands.emplace_back(LaunchShim{
      .attempt = entry.row.attempt, .step = entry.row.step, .packages = entry.row.packages});
}

void found_started(Turn& turn, AttemptEntry& entry, const AttemptEvidence& evidence) {
  if (entry.row.phase == AttemptPhase::Intended) {
    enter(entry, AttemptPhase::Started);
    entry.closing.reset();  // too late to close: it did start
    write(turn, entry);
    tell(turn, state_message(turn.journal));
  }
  entry.running = evidence.alive;
  if (evidence.alive) {
    turn.out.commands.emplace_back(WatchShim{entry.row.attempt});
    return;
  }
  if (evidence.result) entry.result = evidence.result;
  look_again(turn, entry);
}

void found_nothing(Turn& turn, AttemptEntry& entry) {
  entry.running = false;
  if (!entry.closing && entry.launches >= turn.limits.launches_max) {
    close(turn, entry, {.kind = OutcomeKind::Refused, .reason = "the task could not be started"});
  }
}

}  // namespace

void close(Turn& turn, AttemptEntry& entry, Closing closing) {
  if (entry.closing) return;
  entry.closing = std::move(closing);
  if (entry.row.phase == AttemptPhase::Intended) {
    turn.out.commands.emplace_back(BarStart{entry.row.attempt});
    return;
  }
  sign_closed(turn, entry);
}

void drive_intended(Turn& turn) {
  for (auto& [id, entry] : turn.journal.attempts) {
    if (entry.row.phase != AttemptPhase::Intended || entry.running || entry.closing) continue;
    const Judgement judgement = judge_standing(entry.row, turn.journal, turn.limits, turn.now);
    switch (judgement.kind) {
      case Kind::Start:
        launch(turn, entry);
        break;
      case Kind::Refuse:
        break;  // no fresh beacon yet: it waits as long as its permit lasts
      case Kind::Late:
      case Kind::Stopped:
      case Kind::Close:
        close(turn, entry, {.kind = judgement.close_as, .reason = judgement.reason});
        break;
    }
  }
}

void on(Turn& turn, const DispatchOffered& event) {
  if (AttemptEntry* known = find(turn, event.attempt)) {
    answer_known(turn, *known, event);
    return;
  }
  const Judgement judgement = judge(event, turn.journal, turn.limits, turn.now);
  if (judgement.kind != Kind::Start && judgement.kind != Kind::Close) {
    reject(turn, event.attempt, event.dispatch, judgement.reason);
    return;
  }
  if (event.permit && !raise_term(turn, event.permit->permit.term)) return;
  AttemptEntry& entry = turn.journal.attempts[event.attempt];
  entry.row = row_of(event, turn.now);
  entry.dispatch = event.dispatch;
  if (judgement.kind == Kind::Close) {
    close(turn, entry, {.kind = judgement.close_as, .reason = judgement.reason});
    return;
  }
  if (kind_of(entry.row.step) == TaskKind::Patch) {
    turn.out.commands.emplace_back(Preflight{
        .attempt = event.attempt, .step = entry.row.step, .packages = entry.row.packages});
  } else {
    intend(turn, entry);
  }
  tell(turn, state_message(turn.journal));
}

void on(Turn& turn, const Preflighted& event) {
  AttemptEntry* entry = find(turn, event.attempt);
  if (entry == nullptr || entry->row.phase != AttemptPhase::Received || entry->closing) return;
  if (!event.refusal.empty()) {
    close(turn, *entry, {.kind = OutcomeKind::Refused, .reason = event.refusal});
    return;
  }
  // The preflight took its time: what it relied on is asked once more.
  const Judgement judgement = judge_standing(entry->row, turn.journal, turn.limits, turn.now);
  switch (judgement.kind) {
    case Kind::Start:
      intend(turn, *entry);
      break;
    case Kind::Refuse:
    case Kind::Late:
      // Nothing was written: the coordinator may send the same attempt with a fresh permit.
      reject(turn, event.attempt, entry->dispatch, judgement.reason);
      turn.journal.attempts.erase(event.attempt);
      break;
    case Kind::Stopped:
    case Kind::Close:
      close(turn, *entry, {.kind = judgement.close_as, .reason = judgement.reason});
      break;
  }
  tell(turn, state_message(turn.journal));
}

void on(Turn& turn, const ShimStarted& event) {
  AttemptEntry* entry = find(turn, event.attempt);
  if (entry == nullptr || entry->row.phase != AttemptPhase::Intended) return;  // seen on disk first
  enter(*entry, AttemptPhase::Started);
  entry->closing.reset();
  write(turn, *entry);
  tell(turn, state_message(turn.journal));
}

void on(Turn& turn, const Inspected& event) {
  AttemptEntry* entry = find(turn, event.attempt);
  if (entry == nullptr) return;
  const AttemptPhase phase = entry->row.phase;
  if (phase != AttemptPhase::Intended && phase != AttemptPhase::Started) return;  // decided since
  const AttemptEvidence& evidence = event.evidence;
  if (evidence.unreadable) {
    // An attempt is not over because we are blind: it is looked at until something shows.
    entry->running = true;
    turn.out.commands.emplace_back(WatchShim{event.attempt});
    return;
  }
  if (phase == AttemptPhase::Started || evidence.started) {
    found_started(turn, *entry, evidence);
  } else if (evidence.barred) {
    sign_closed(turn, *entry);
  } else {
    found_nothing(turn, *entry);
  }
}

void on(Turn& turn, const Restarted& event) {
  for (const auto& found : event.found) on(turn, found);
}

void on(Turn& turn, const Ticked& /*event*/) {
  auto& attempts = turn.journal.attempts;
  for (auto& [id, entry] : attempts) {
    const bool waits = entry.row.phase == AttemptPhase::Started && !entry.running && !entry.looking;
    if (waits && kind_of(entry.row.step) == TaskKind::Reboot) look_again(turn, entry);
  }
  std::size_t erased = 0;
  for (auto at = attempts.begin(); at != attempts.end();) {
    const AttemptEntry& entry = at->second;
    if (entry.closing && entry.row.phase == AttemptPhase::Intended) {
      turn.out.commands.emplace_back(BarStart{at->first});  // the disk may have refused it
    }
    // While its plan is valid an attempt must be known, or a repeated dispatch would start it
    // again.
    if (entry.row.phase == AttemptPhase::Closed && erased < kErasedMax &&
        entry.row.plan_not_after + turn.limits.clock_skew_max <= turn.now.wall) {
      turn.out.writes.push_back({.axis = Axis::Truth, .row = entry.row, .erase = true});
      turn.out.commands.emplace_back(RemoveFolder{at->first});
      at = attempts.erase(at);
      erased += 1;
    } else {
      ++at;
    }
  }
}

}  // namespace mainstay::executor
