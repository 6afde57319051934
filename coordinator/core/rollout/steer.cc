// What operators do to a rollout.
#include <algorithm>

#include "coordinator/core/planner/planner.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

namespace {

Rollout* find_rollout(State& state, RolloutId id) {
  const auto found = state.rollouts.find(id);
  return found == state.rollouts.end() ? nullptr : &found->second;
}

Target* find_target(Rollout& rollout, const HostId& host) {
  const auto found = rollout.targets.find(host);
  return found == rollout.targets.end() ? nullptr : &found->second;
}

}  // namespace

Rollout make_rollout(const Plan& plan, RolloutRow row) {
  Rollout rollout;
  const bool ordered = is_disruptive(plan.row.head);
  for (const auto& leaf : plan.leaves) {
    Target& target = rollout.targets[leaf.leaf.host];
    target.row.rollout = row.rollout;
    target.row.host = leaf.leaf.host;
    target.row.leaf = leaf.index;
    const auto& name = leaf.leaf.region;
    if (ordered && std::ranges::find(row.regions, name, &RegionState::name) == row.regions.end()) {
      row.regions.push_back({.name = name, .phase = RegionPhase::Closed, .wave = 0, .since = {}});
    }
  }
  rollout.row = std::move(row);
  return rollout;
}

Ruling start_plan(Turn& turn, const PlanId& id, const Operator& by) {
  State& state = turn.state;
  const auto found = state.plans.find(id);
  if (found == state.plans.end()) return wrong("no such plan: " + short_name(id));
  Plan& plan = found->second;
  if (const Rollout* running = rollout_of(state, id); running != nullptr) {
    const std::string name = short_name(running->row.rollout);
    const bool goes_on =
        running->row.phase == RolloutPhase::Running || running->row.phase == RolloutPhase::Paused;
    if (!goes_on) return wrong(short_name(id) + " ran as " + name + " and is over: plan again");
    return {.verdict = Verdict::Done, .text = name + " runs already"};
  }
  if (plan.row.phase != PlanPhase::Frozen) return wrong(short_name(id) + " is not frozen yet");
  if (plan.row.head.header.not_after <= turn.now.wall) {
    return wrong(short_name(id) + " is no longer valid: plan again");
  }
  if (const std::string missing = approvals_missing(state, plan, turn.now); !missing.empty()) {
    return {.verdict = Verdict::ApprovalMissing, .text = missing};
  }
  state.reign.last_rollout.value += 1;
  turn.touch_reign();
  RolloutRow row;
  row.rollout = state.reign.last_rollout;
  row.plan = id;
  row.started_by = by.name;
  row.started_at = turn.now.wall;
  row.phase_since = turn.now.wall;
  Rollout& rollout = state.rollouts[row.rollout];
  rollout = make_rollout(plan, std::move(row));
  enter(turn, plan, PlanPhase::Started);
  turn.touch(rollout.row);
  turn.stirred = true;
  turn.audit("rollout started rollout=" + short_name(rollout.row.rollout) +
             " plan=" + short_name(id) + " by=" + by.name);
  return {.verdict = Verdict::Done, .text = short_name(rollout.row.rollout) + " started"};
}

Ruling steer(Turn& turn, const SteerRollout& act, const Operator& by) {
  Rollout* rollout = find_rollout(turn.state, act.rollout);
  if (rollout == nullptr) return wrong("no such rollout: " + short_name(act.rollout));
  const RolloutPhase phase = rollout->row.phase;
  const std::string name = short_name(act.rollout);
  const RolloutPhase wanted =
      act.act == RolloutAct::Pause ? RolloutPhase::Paused : RolloutPhase::Running;
  if (phase == wanted) {
    const bool paused = wanted == RolloutPhase::Paused;
    return {.verdict = Verdict::Done,
            .text = name + (paused ? " is paused already" : " is not paused")};
  }
  // It is no end: hosts that are retried go on in it, and it stands until it is aborted.
  if (phase == RolloutPhase::Halted) {
    return wrong(name + " is halted, which cannot be paused or resumed: only a host that is " +
                 "retried goes on; plan again for the rest, then: mainstay abort " + name);
  }
  if (phase != RolloutPhase::Running && phase != RolloutPhase::Paused) {
    return wrong(name + " has ended: there is nothing to pause or resume");
  }
  enter_phase(turn, *rollout, wanted,
              {.reason = act.reason.empty() ? "by " + by.name : act.reason, .by = by.name});
  if (wanted == RolloutPhase::Running) rollout->row.reason.clear();
  return {.verdict = Verdict::Done,
          .text = name + (wanted == RolloutPhase::Paused ? " paused" : " goes on")};
}

Ruling set_concurrency(Turn& turn, const SetConcurrency& act, const Operator& by) {
  Rollout* rollout = find_rollout(turn.state, act.rollout);
  if (rollout == nullptr) return wrong("no such rollout: " + short_name(act.rollout));
  const std::string name = short_name(act.rollout);
  const PlanHead& head = head_of(turn.state, *rollout);
  const std::uint32_t agreed = concurrency_signed(head);
  if (!is_disruptive(head)) return wrong(name + " only reads: it works on all its hosts at once");
  const RolloutPhase phase = rollout->row.phase;
  if (phase == RolloutPhase::Aborted || (phase == RolloutPhase::Finished && !is_active(*rollout))) {
    return wrong(name + " has ended: nothing of it starts any more");
  }
  if (act.hosts == 0) return wrong("0 hosts at once would be a pause: mainstay pause " + name);
  if (act.hosts > agreed) {
    return refused(std::to_string(agreed) + " at once were signed for " + name +
                   ": for more, plan again");
  }
  const std::string at_once = std::to_string(act.hosts) + " at once";
  if (act.hosts == concurrency_of(head, rollout->row)) {
    return {.verdict = Verdict::Done, .text = name + " works on " + at_once + " already"};
  }
  rollout->row.concurrency = act.hosts == agreed ? 0 : act.hosts;
  turn.touch(rollout->row);
  turn.stirred = true;
  turn.audit("rollout concurrency set rollout=" + name + " hosts=" + std::to_string(act.hosts) +
             " by=" + by.name);
  return {.verdict = Verdict::Done, .text = name + " works on " + at_once};
}

Ruling retry(Turn& turn, const RetryHost& act, const Operator& by) {
  Rollout* rollout = find_rollout(turn.state, act.rollout);
  if (rollout == nullptr) return wrong("no such rollout: " + short_name(act.rollout));
  Target* target = find_target(*rollout, act.host);
  if (target == nullptr)
    return wrong(act.host.text() + " is no target of " + short_name(act.rollout));
  if (rollout->row.phase == RolloutPhase::Aborted)
    return wrong("the rollout was aborted: plan again");
  if (target->row.phase != TargetPhase::Ended) {
    const bool goes_on = is_active(*rollout);
    return wrong(act.host.text() + (goes_on ? " has not ended"
                                            : " did not start, and never will in " +
                                                  short_name(act.rollout) + ": plan again"));
  }
  if (target->row.kind == OutcomeKind::Succeeded) return wrong(act.host.text() + " has succeeded");
  if (head_of(turn.state, *rollout).header.not_after <= turn.now.wall) {
    return wrong("the plan is no longer valid: plan again");
  }
  if (target->row.number >= turn.limits.attempts_max) return wrong("too many attempts: plan again");
  const Host* host = find_host(turn.state, act.host);
  if (host == nullptr || !is_enrolled(*host)) return wrong(act.host.text() + " was removed");
  if (liveness_of(*host, turn.limits, turn.now) != Liveness::Live) {
    return wrong(act.host.text() + " is silent: its last attempt may still run");
  }
  if (std::ranges::find(host->sight.open, attempt_of(*rollout, *target), &AttemptState::attempt) !=
          host->sight.open.end() &&
      target->row.kind == OutcomeKind::Unreachable) {
    return wrong("its last attempt has not ended on the host");
  }
  // One that never began has nothing to mend: it waits for its region and wave like any other.
  const bool began = target->row.granted_at != WallTime{};
  if (!began && rollout->row.phase == RolloutPhase::Halted) {
    return wrong(act.host.text() + " did not start, and never will in " + short_name(act.rollout) +
                 ": plan again");
  }
  if (began) target->row.number += 1;
  target->row.retried = began;
  enter(turn, *rollout, *target, TargetPhase::Waiting);
  turn.audit("target retried rollout=" + short_name(act.rollout) + " host=" + act.host.text() +
             " by=" + by.name);
  if (rollout->row.phase == RolloutPhase::Finished) {
    enter_phase(turn, *rollout, RolloutPhase::Running, {});
  }
  return {
      .verdict = Verdict::Done,
      .text = act.host.text() + " is tried again, attempt " + std::to_string(target->row.number)};
}

Ruling skip(Turn& turn, const SkipHost& act, const Operator& by) {
  Rollout* rollout = find_rollout(turn.state, act.rollout);
  if (rollout == nullptr) return wrong("no such rollout: " + short_name(act.rollout));
  Target* target = find_target(*rollout, act.host);
  if (target == nullptr)
    return wrong(act.host.text() + " is no target of " + short_name(act.rollout));
  if (target->row.phase != TargetPhase::Waiting) {
    return wrong(act.host.text() + " does not wait: only a waiting host can be left out");
  }
  leave_out(turn, *rollout, *target, "skipped by " + by.name + ": " + act.reason);
  return {.verdict = Verdict::Done, .text = act.host.text() + " is left out"};
}

void abort_plan(Turn& turn, const AbortPlan& act, const Operator& by) {
  Rollout* rollout = rollout_of(turn.state, act.plan);
  if (rollout == nullptr || rollout->row.phase == RolloutPhase::Aborted) return;
  if (!is_active(*rollout) && rollout->row.phase == RolloutPhase::Finished) return;
  enter_phase(turn, *rollout, RolloutPhase::Aborted,
              {.reason = act.reason.empty() ? "by " + by.name : act.reason, .by = by.name});
}

}  // namespace mainstay::coordinator
