// Plans leave some time after their end, with leaves, targets and records: the tables are bounded,
// and a full one would refuse every plan for ever. The audit chain keeps what was done.
//
// The plan and its rollout go last: whatever a crash leaves is found again.
#include "coordinator/core/planner/planner.h"

namespace mainstay::coordinator {

namespace {

// As long as a plan may live at most, so that operators find what they ran a month ago.
constexpr Duration kKeptFor = std::chrono::hours(24 * 30);
// Each `mainstay run` is a plan; those never started are no more than a draft.
constexpr Duration kReadingKeptFor = std::chrono::hours(24 * 7);

bool is_forgettable(const Turn& turn, const Plan& plan, const Rollout* rollout) {
  const WallTime now = turn.now.wall;
  const PlanHead& head = plan.row.head;
  // Until then it may be started, and its hosts retried.
  if (plan.row.phase == PlanPhase::Freezing || head.header.not_after > now) return false;
  if (rollout == nullptr) return head.header.not_after + kReadingKeptFor <= now;
  if (is_active(*rollout)) return false;
  const Duration kept = is_disruptive(head) ? kKeptFor : kReadingKeptFor;
  if (rollout->row.phase_since + kept > now) return false;
  for (const auto& [host, slot] : turn.state.slots) {
    if (slot.rollout == rollout->row.rollout) return false;
  }
  return true;
}

/// False if the step is full before all are gone.
bool forget_records(Turn& turn, const PlanId& plan) {
  auto& records = turn.state.records;
  auto at = records.lower_bound({.plan = plan, .step = 0, .host = {}, .number = 0});
  while (at != records.end() && at->first.plan == plan) {
    if (turn.is_full()) return false;
    RecordRow gone;
    gone.attempt = at->first;
    turn.erase(std::move(gone));
    at = records.erase(at);
  }
  return true;
}

/// From the last leaf on, so that those left keep their places.
bool forget_leaves(Turn& turn, Plan& plan, const Rollout* rollout) {
  while (plan.leaves_stored > 0) {
    if (turn.is_full()) return false;
    plan.leaves_stored -= 1;
    const LeafRow& leaf = plan.leaves[plan.leaves_stored];
    LeafRow gone;
    gone.plan = leaf.plan;
    gone.index = leaf.index;
    turn.erase(std::move(gone));
    if (rollout == nullptr) continue;
    TargetRow target;
    target.rollout = rollout->row.rollout;
    target.host = leaf.leaf.host;
    turn.erase(std::move(target));
  }
  return true;
}

}  // namespace

void forget_ended(Turn& turn) {
  State& state = turn.state;
  for (auto at = state.plans.begin(); at != state.plans.end();) {
    Plan& plan = at->second;
    const Rollout* rollout = rollout_of(state, at->first);
    if (!is_forgettable(turn, plan, rollout)) {
      ++at;
      continue;
    }
    if (!forget_records(turn, at->first) || !forget_leaves(turn, plan, rollout)) return;
    if (turn.is_full()) return;
    turn.audit("plan forgotten plan=" + short_name(at->first) +
               (rollout == nullptr ? "" : " rollout=" + short_name(rollout->row.rollout)));
    if (rollout != nullptr) {
      const RolloutId id = rollout->row.rollout;
      turn.erase(rollout->row);
      state.rollouts.erase(id);
    }
    turn.erase(plan.row);
    at = state.plans.erase(at);
  }
}

}  // namespace mainstay::coordinator
