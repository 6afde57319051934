// Time passes: deadlines, the advance from wave to wave and region to region, halts and ends.
#include <algorithm>

#include "common/core/check.h"
#include "coordinator/core/rollout/hold.h"

namespace mainstay::coordinator {

namespace {

void give_up(Turn& turn, Rollout& rollout, Target& target, const std::string& reason) {
  add_history(turn, target,
              {.step = target.row.step,
               .number = target.row.number,
               .kind = OutcomeKind::Unreachable,
               .reason = reason,
               .started_at = target.row.granted_at,
               .finished_at = turn.now.wall});
  end_target(turn, rollout, target, OutcomeKind::Unreachable, reason);
}

void settle_working(Turn& turn, Rollout& rollout, Target& target, const Host* host) {
  if (host == nullptr || !is_enrolled(*host)) {
    give_up(turn, rollout, target, "the host was removed");
    // Removed, it has no slot; revoked, it has one, and no look that counts can give it back.
    taint_slot(turn, target.row.host, rollout.row.rollout, "its key was revoked at work");
    return;
  }
  if (!target.deadline || turn.now.mono < *target.deadline) return;
  if (liveness_of(*host, turn.limits, turn.now) != Liveness::Live) {
    give_up(turn, rollout, target, "silent; what became of its attempt is not known");
    return;
  }
  const auto& open = host->sight.open;
  const bool known =
      std::ranges::find(open, attempt_of(rollout, target), &AttemptState::attempt) != open.end();
  if (known) {
    // A start just before the deadline has all its time. After that nobody ends it: its executor
    // is gone for good, or its task cannot be killed.
    const Duration within = head_of(turn.state, rollout).steps.at(target.row.step).within;
    if (turn.now.mono < *target.deadline + within + turn.limits.attempt_grace) return;
    give_up(turn, rollout, target, "its attempt does not end");
    taint_slot(turn, target.row.host, rollout.row.rollout,
               "its attempt in " + short_name(rollout.row.rollout) + " does not end");
    return;
  }
  if (turn.state.stopped) return;  // it must not have started it
  give_up(turn, rollout, target,
          target.rejection.empty() ? "its executor does not answer"
                                   : "its executor rejects the attempt: " + target.rejection);
}

void settle_unhealthy(Turn& turn, Rollout& rollout, Target& target, Host* host) {
  if (!target.deadline || turn.now.mono < *target.deadline) {
    if (host != nullptr && is_fit(*host, turn.limits, turn.now)) ask_look(turn, *host);
    return;
  }
  const std::string where = " in " + short_name(rollout.row.rollout);
  if (host == nullptr || liveness_of(*host, turn.limits, turn.now) != Liveness::Live) {
    taint_slot(turn, target.row.host, rollout.row.rollout, "silent after its step" + where);
    end_target(turn, rollout, target, OutcomeKind::Unreachable, "silent after its step succeeded");
    return;
  }
  const bool fresh = host->sight.row.health_at > target.row.finished_at;
  taint_slot(turn, target.row.host, rollout.row.rollout, "unhealthy" + where);
  end_target(turn, rollout, target, OutcomeKind::Failed,
             fresh ? worse_text(host->sight.row.health, target.row.snapshot)
                   : "no look at its health since the step");
}

bool is_released(const Rollout& rollout, const Target& target, const Leaf& leaf) {
  if (target.row.retried || target.row.step > 0 || rollout.row.regions.empty()) return true;
  const auto region = std::ranges::find(rollout.row.regions, leaf.region, &RegionState::name);
  return region != rollout.row.regions.end() && region->phase != RegionPhase::Closed &&
         leaf.wave <= region->wave;
}

// A host that is not heard when its turn has come must not hold up the others for ever.
void settle_waiting(Turn& turn, Rollout& rollout, Target& target, const Host* host) {
  if (host == nullptr || !is_enrolled(*host)) {
    leave_out(turn, rollout, target, "the host was removed");
    return;
  }
  // What was begun or reopened goes on when others do not; but not past the end of the plan.
  if (goes_on_when_halted(target)) {
    if (rollout.row.phase == RolloutPhase::Aborted) {
      leave_out(turn, rollout, target, "the rollout was aborted");
      return;
    }
    const PlanHead& head = head_of(turn.state, rollout);
    if (is_cut_off(head, rollout, target)) {
      leave_out(turn, rollout, target, "the rollout was halted");
      return;
    }
    if (head.header.not_after <= turn.now.wall) {
      leave_out(turn, rollout, target, "the plan is no longer valid");
      return;
    }
  }
  const bool silent = liveness_of(*host, turn.limits, turn.now) != Liveness::Live;
  const bool asked = rollout.row.phase == RolloutPhase::Running && !turn.state.stopped &&
                     is_released(rollout, target, leaf_of(turn.state, rollout, target));
  if (!silent || !asked || is_parked(*host, turn.now)) {
    target.silent_since.reset();
    return;
  }
  if (!target.silent_since) target.silent_since = turn.now.mono;
  if (turn.now.mono - *target.silent_since < turn.limits.unreachable_after) return;
  end_target(turn, rollout, target, OutcomeKind::Unreachable, "silent when its turn came");
}

enum class WaveState : std::uint8_t { GoesOn, Ended };
WaveState state_of(const State& state, const Rollout& rollout, const RegionState& region) {
  const Totals totals = totals_of(state, rollout, region.name, region.wave);
  return totals.waiting + totals.working > 0 ? WaveState::GoesOn : WaveState::Ended;
}

std::uint32_t last_wave(const State& state, const Rollout& rollout, const std::string& region) {
  std::uint32_t last = 0;
  for (const auto& leaf : state.plans.at(rollout.row.plan).leaves) {
    if (leaf.leaf.region == region) last = std::max(last, leaf.leaf.wave);
  }
  return last;
}

void set_region(Turn& turn, Rollout& rollout, RegionState& region, RegionPhase phase) {
  static constexpr std::array<std::string_view, 4> kWords = {"closed", "open", "baking", "done"};
  CHECK(allows<RegionPhase>(kRegionEdges, region.phase, phase));
  region.phase = phase;
  region.since = turn.now.wall;
  rollout.bakes.erase(region.name);
  turn.touch(rollout.row);
  turn.audit("region " + std::string(kWords[static_cast<std::size_t>(phase)]) +
             " rollout=" + short_name(rollout.row.rollout) + " region=" + region.name +
             " wave=" + std::to_string(region.wave + 1));
}

// The end of a bake is judged by what is seen then, not minutes before.
void ask_looks(Turn& turn, Rollout& rollout, const RegionState& region) {
  for (const auto& [id, target] : rollout.targets) {
    const Leaf& leaf = leaf_of(turn.state, rollout, target);
    if (leaf.region != region.name || leaf.wave != region.wave) continue;
    Host* host = find_host(turn.state, id);
    if (host == nullptr || !is_enrolled(*host)) continue;
    if (is_look_owed(turn.state, turn.limits, turn.now, rollout, target)) ask_look(turn, *host);
  }
}

void advance_region(Turn& turn, Rollout& rollout, RegionState& region) {
  if (region.phase == RegionPhase::Open &&
      state_of(turn.state, rollout, region) == WaveState::Ended) {
    set_region(turn, rollout, region, RegionPhase::Baking);
  }
  if (region.phase != RegionPhase::Baking) return;
  if (state_of(turn.state, rollout, region) == WaveState::GoesOn) return;  // one is retried
  const Duration bake = head_of(turn.state, rollout).advance.bake;
  // Not by the wall clock: one that is set forward would leave the bake out.
  const Instant since = rollout.bakes.try_emplace(region.name, turn.now.mono).first->second;
  if (turn.now.mono - since < bake) return;
  ask_looks(turn, rollout, region);
  if (unwell_in_wave(turn.state, turn.limits, turn.now, rollout, region)) {
    return;
  }
  if (region.wave >= last_wave(turn.state, rollout, region.name)) {
    set_region(turn, rollout, region, RegionPhase::Done);
    return;
  }
  region.wave += 1;
  set_region(turn, rollout, region, RegionPhase::Open);
}

void open_regions(Turn& turn, Rollout& rollout) {
  const std::uint32_t at_once = std::max(1U, head_of(turn.state, rollout).order.regions_at_once);
  std::uint32_t open = 0;
  for (auto& region : rollout.row.regions) {
    if (region.phase == RegionPhase::Done) continue;
    if (region.phase == RegionPhase::Closed) {
      if (open >= at_once) return;
      if (turn.is_full()) return;
      set_region(turn, rollout, region, RegionPhase::Open);
    }
    open += 1;
    CHECK(open <= at_once);  // I08
  }
}

/// Why a canary wave ends it all, where no host of one may fail; empty if none has.
std::string canary_breach_of(const State& state, const Rollout& rollout) {
  const Advance& advance = head_of(state, rollout).advance;
  if (advance.failures_kind != Advance::Failures::Usual) return "";
  for (const RegionState& region : rollout.row.regions) {
    if (!is_canary(advance, 0, last_wave(state, rollout, region.name))) continue;
    const std::uint32_t failures = totals_of(state, rollout, region.name, 0).failures();
    if (failures == 0) continue;
    return "failures " + std::to_string(failures) + " of 0 allowed in the canary wave of region " +
           region.name;
  }
  return "";
}

/// Why no more may be tried; empty if nothing is wrong.
std::string breach_of(const State& state, const Rollout& rollout, const Totals& totals) {
  const PlanHead& head = head_of(state, rollout);
  const std::uint32_t limit = failure_limit(head.advance, head.host_count);
  if (!is_disruptive(head) || totals.failures() == 0) return "";
  if (totals.failures() > limit) {
    return "failures " + std::to_string(totals.failures()) + " of " + std::to_string(limit) +
           " allowed";
  }
  return canary_breach_of(state, rollout);
}

}  // namespace

void end_removed(Turn& turn, const HostId& host) {
  for (auto& [id, rollout] : turn.state.rollouts) {
    // One that disrupts has the host at most; what only reads holds no slot, and can wait.
    if (rollout.open == 0 || !is_disruptive(head_of(turn.state, rollout))) continue;
    const auto target = rollout.targets.find(host);
    if (target == rollout.targets.end()) continue;
    const TargetPhase phase = target->second.row.phase;
    if (phase == TargetPhase::Working || phase == TargetPhase::Verifying) {
      give_up(turn, rollout, target->second, "the host was removed");
    }
  }
}

void settle_deadlines(Turn& turn, Rollout& rollout) {
  for (auto& [id, target] : rollout.targets) {
    if (turn.is_full()) return;
    Host* host = find_host(turn.state, id);
    switch (target.row.phase) {
      case TargetPhase::Working:
        settle_working(turn, rollout, target, host);
        break;
      case TargetPhase::Verifying:
        settle_unhealthy(turn, rollout, target, host);
        break;
      case TargetPhase::Waiting:
        settle_waiting(turn, rollout, target, host);
        break;
      case TargetPhase::Ended:
        break;
    }
  }
}

void advance(Turn& turn, Rollout& rollout) {
  const PlanHead& head = head_of(turn.state, rollout);
  const bool under_way =
      rollout.row.phase == RolloutPhase::Running || rollout.row.phase == RolloutPhase::Paused;
  if (!under_way) return;
  const Totals totals = totals_of(rollout);
  if (const std::string breach = breach_of(turn.state, rollout, totals); !breach.empty()) {
    enter_phase(turn, rollout, RolloutPhase::Halted, {.reason = breach});
    return;
  }
  if (totals.waiting + totals.working == 0) {
    for (auto& region : rollout.row.regions) {
      if (region.phase == RegionPhase::Done) continue;
      if (turn.is_full()) return;
      set_region(turn, rollout, region, RegionPhase::Done);
    }
    const std::string failed =
        totals.failures() == 0 ? "" : std::to_string(totals.failures()) + " failed";
    enter_phase(turn, rollout, RolloutPhase::Finished, {.reason = failed});
    return;
  }
  if (totals.working == 0 && head.header.not_after <= turn.now.wall) {
    enter_phase(turn, rollout, RolloutPhase::Finished, {.reason = "the plan is no longer valid"});
    return;
  }
  if (rollout.row.phase != RolloutPhase::Running || turn.state.stopped) return;
  for (auto& region : rollout.row.regions) {
    if (turn.is_full()) return;
    advance_region(turn, rollout, region);
  }
  open_regions(turn, rollout);
}

}  // namespace mainstay::coordinator
