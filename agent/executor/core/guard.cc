#include "agent/executor/core/guard.h"

#include <algorithm>
#include <utility>

#include "common/plan/quorum.h"

namespace mainstay::executor {

namespace {

using Kind = Judgement::Kind;

Judgement refuse(std::string reason) {
  return {.kind = Kind::Refuse, .close_as = OutcomeKind::Refused, .reason = std::move(reason)};
}
Judgement close_as(OutcomeKind kind, std::string reason) {
  return {.kind = Kind::Close, .close_as = kind, .reason = std::move(reason)};
}
Judgement start() {
  return {.kind = Kind::Start, .close_as = OutcomeKind::Refused, .reason = {}};
}

/// That the dispatch is about this host, in a plan that it is proven to be part of.
std::string misdirected(const DispatchOffered& offered, const Journal& journal) {
  if (journal.host.host.empty()) return "this host is not enrolled";
  if (offered.attempt.host != journal.host.host) return "for another host";
  if (offered.attempt.plan != offered.plan) return "the head is of another plan";
  if (offered.attempt.number == 0) return "attempts count from 1";
  if (offered.attempt.step >= offered.head->steps.size()) return "the plan has no such step";
  if (offered.leaf.host != journal.host.host) return "the leaf is of another host";
  if (offered.leaf.record_key != journal.record_key) return "the leaf names another record key";
  if (offered.proof.count != offered.head->host_count) return "the proof is of another tree";
  if (!is_proven(offered.head->leaves_root, leaf_digest(offered.leaf_bytes), offered.proof)) {
    return "the leaf is not proven in the head";
  }
  return {};
}

/// That operators want it: their signatures, for this host, on these terms.
std::string unauthorised(const DispatchOffered& offered, const Journal& journal, Now now) {
  const PlanHead& head = *offered.head;
  const auto impact = std::to_underlying(mainstay::impact_of(head.steps));
  // Who signed them then may have meant another machine by now: no scope covers this host.
  const Labels none;
  const bool has_expired = journal.labels_until <= now.wall;
  const Status signatures = enough_signatures(journal.roster, offered.head.signers(),
                                              {.say = Say::Plan,
                                               .asked = journal.roster.signatures_needed[impact],
                                               .host = journal.host.host,
                                               .labels = has_expired ? &none : &journal.labels,
                                               .at = now.wall});
  if (!signatures) {
    return signatures.error().detail + (has_expired ? "; this host's labels have expired" : "");
  }
  if (head.not_before > now.wall) return "the plan may not start yet";
  if (head.header.not_after - std::max(head.not_before, now.wall) > kPlanLifetimeMax) {
    return "the plan would be valid for too long";
  }
  return {};
}

/// That the step before it is known to have succeeded here: operators signed the steps in this
/// order.
std::string out_of_order(const AttemptId& attempt, const Journal& journal) {
  if (attempt.step == 0) return {};
  const bool is_ready = std::ranges::any_of(journal.attempts, [&](const auto& known) {
    return known.first.plan == attempt.plan && known.first.step + 1 == attempt.step &&
           known.second.row.phase >= AttemptPhase::Finished && known.second.row.succeeded;
  });
  return is_ready ? "" : "the step before it has not succeeded on this host";
}

std::string wrong_permit(const DispatchOffered& offered, const Journal& journal,
                         const ExecutorLimits& limits, Now now) {
  if (!offered.permit) return "a disruptive step needs a permit";
  const auto& [batch, bytes, permit, proof] = *offered.permit;
  if (std::ranges::find(batch.signers(), journal.dispatch_key) == batch.signers().end()) {
    return "the permit is not signed by the coordinator";
  }
  if (!is_proven(batch->root, leaf_digest(bytes), proof)) return "the permit is not in its batch";
  if (batch->header.not_after <= now.wall) return "the permit's batch has expired";
  if (permit.attempt != offered.attempt) return "the permit is for another attempt";
  if (permit.term != batch->term) return "the permit's term is not its batch's";
  if (permit.term < journal.host.term_seen) return "the permit's term is over";
  // In 64 bits: near the end of the terms the sum would wrap and let nothing pass.
  if (std::uint64_t{permit.term.value} >
      std::uint64_t{journal.host.term_seen.value} + limits.term_leap_max) {
    return "the permit's term is too far ahead";
  }
  if (permit.boot == journal.boot && permit.not_after - now.mono > limits.permit_lifetime_max) {
    return "the permit would be valid for too long";
  }
  return {};
}

constexpr std::string_view kClockIsOff =
    "the clocks of this host and of the coordinator differ by more than 30 s";

/// By the newest beacon, however old: the other axis of time tells how long ago it was.
bool is_clock_off(const Journal& journal, const ExecutorLimits& limits, Now now) {
  if (!journal.beacon) return false;
  const Duration skew = now.wall - (journal.beacon->beacon.wall + (now.mono - journal.beacon->at));
  return skew > limits.clock_skew_max || skew < -limits.clock_skew_max;
}

/// By the permit itself, which may come before the first beacon of a clock that was just set. What
/// lies less far ahead is left to that beacon.
bool is_from_the_future(const DispatchOffered& offered, const ExecutorLimits& limits, Now now) {
  return offered.permit &&
         offered.permit->batch->header.not_after >
             now.wall + limits.permit_lifetime_max + kBatchGrace + limits.clock_skew_max;
}

/// That the coordinator was heard just now, and that this host knows all that it knows.
std::string out_of_touch(const Journal& journal, const ExecutorLimits& limits, Now now) {
  if (!journal.beacon) return "no beacon was heard yet that counts by this host's clock";
  const auto& [beacon, at] = *journal.beacon;
  const Duration age = now.mono - at;
  if (is_clock_off(journal, limits, now)) return std::string(kClockIsOff);
  if (age > limits.beacon_age_max) return "the last beacon is too old";
  if (beacon.control_number != journal.host.control_number ||
      (beacon.control_number.value > 0 && beacon.control_head != journal.host.control_head)) {
    return "the control chain of this host is not the coordinator's";
  }
  if (beacon.roster != journal.roster.number) return "the roster of this host is not the newest";
  return {};
}

/// Counted in running and in being made ready.
std::string no_room(const AttemptRow& row, const Journal& journal, const ExecutorLimits& limits) {
  std::size_t open = 0;
  std::size_t working = 0;
  for (const auto& [id, entry] : journal.attempts) {
    if (entry.row.phase != AttemptPhase::Closed) open += 1;
    if (id == row.attempt || entry.row.phase >= AttemptPhase::Finished) continue;
    working += 1;
    if (impact_of(row) >= Impact::Disruptive && impact_of(entry.row) >= Impact::Disruptive) {
      return "another disruptive task is under way: " + short_name(id);
    }
  }
  if (open >= limits.attempts_open_max) return "too many attempts are open";
  // Reading steps need no permit: whoever repeats them must not shut the others out.
  const bool is_reading = impact_of(row) < Impact::Disruptive;
  const std::size_t room = is_reading ? limits.attempts_max / 2 : limits.attempts_max;
  if (journal.attempts.size() >= room) return "the journal is full";
  if (working >= limits.tasks_at_once_max) return "too many tasks are under way";
  return {};
}

}  // namespace

AttemptRow row_of(const DispatchOffered& offered, Now now) {
  AttemptRow row;
  row.attempt = offered.attempt;
  row.phase = AttemptPhase::Received;
  row.step = offered.head->steps[offered.attempt.step];
  if (kind_of(row.step) == TaskKind::Patch) row.packages = offered.leaf.packages;
  row.plan_name = offered.head->name;
  row.change = offered.head->change;
  row.plan_not_after = offered.head->header.not_after;
  if (offered.permit) {
    row.boot = offered.permit->permit.boot;
    row.permit_until = offered.permit->permit.not_after;
  }
  row.intended_at = now.wall;
  return row;
}

Judgement judge_standing(const AttemptRow& row, const Journal& journal,
                         const ExecutorLimits& limits, Now now) {
  if (!limits.tasks.contains(kind_of(row.step))) {
    return close_as(OutcomeKind::Refused, "this host's configuration does not allow the task " +
                                              std::string(name_of(kind_of(row.step))));
  }
  const bool aborted = std::ranges::any_of(
      journal.host.aborted, [&](const AbortedPlan& plan) { return plan.plan == row.attempt.plan; });
  if (aborted) return close_as(OutcomeKind::Refused, "the plan was aborted");
  // What has expired by a clock that is off may be valid yet.
  const bool is_disruptive = impact_of(row) >= Impact::Disruptive;
  const bool is_off = is_disruptive && is_clock_off(journal, limits, now);
  if (row.plan_not_after <= now.wall && !is_off)
    return close_as(OutcomeKind::Expired, "the plan has expired");
  if (journal.host.revoked) return {Kind::Stopped, OutcomeKind::Refused, "this host is revoked"};
  if (journal.host.stopped) return {Kind::Stopped, OutcomeKind::Refused, "STOP is in force"};
  if (!is_disruptive) return start();
  if (row.permit_until == kPermitToClose) {
    return close_as(OutcomeKind::Expired, "the coordinator gave it up before it started");
  }
  if (row.boot != journal.boot) {
    return {Kind::Late, OutcomeKind::Expired, "the permit is for another boot"};
  }
  if (row.permit_until <= now.mono) {
    return {Kind::Late, OutcomeKind::Expired, "the permit has run out"};
  }
  if (auto reason = out_of_touch(journal, limits, now); !reason.empty()) return refuse(reason);
  return start();
}

Judgement judge(const DispatchOffered& offered, const Journal& journal,
                const ExecutorLimits& limits, Now now) {
  if (auto reason = misdirected(offered, journal); !reason.empty()) return refuse(reason);
  // First, because by such a clock everything else looks too early or too late.
  const AttemptRow row = row_of(offered, now);
  const bool is_disruptive = impact_of(row) >= Impact::Disruptive;
  const bool asks_to_close = offered.permit && offered.permit->permit.not_after == kPermitToClose;
  const bool is_off =
      is_clock_off(journal, limits, now) || is_from_the_future(offered, limits, now);
  if (is_disruptive && !asks_to_close && is_off) return refuse(std::string(kClockIsOff));
  if (auto reason = unauthorised(offered, journal, now); !reason.empty()) return refuse(reason);
  if (is_disruptive) {
    if (auto reason = wrong_permit(offered, journal, limits, now); !reason.empty()) {
      return refuse(reason);
    }
  }
  if (auto reason = no_room(row, journal, limits); !reason.empty()) return refuse(reason);
  Judgement judgement = judge_standing(row, journal, limits, now);
  if (judgement.kind != Kind::Start) return judgement;
  if (auto reason = out_of_order(row.attempt, journal); !reason.empty()) return refuse(reason);
  return judgement;
}

}  // namespace mainstay::executor
