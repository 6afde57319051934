#include "coordinator/core/rollout/hold.h"

#include <algorithm>
#include <bit>

#include "common/core/span_text.h"
#include "coordinator/core/planner/planner.h"

namespace mainstay::coordinator {

namespace {

// Between two steps a host is as much out of service as while it works.
bool is_under_way(const Target& target) {
  return target.row.phase == TargetPhase::Working || target.row.phase == TargetPhase::Verifying ||
         (target.row.phase == TargetPhase::Waiting && target.row.step > 0);
}

Hold hold(Bind bind, std::string text) {
  return {.bind = bind, .text = std::move(text), .blocking = {}, .group = {}};
}

std::optional<Hold> hold_of_phase(const PlanHead& head, const Rollout& rollout,
                                  const Target& target) {
  const std::string why = rollout.row.reason.empty() ? "" : ": " + rollout.row.reason;
  switch (rollout.row.phase) {
    case RolloutPhase::Running:
      return std::nullopt;
    case RolloutPhase::Paused:
      return hold(Bind::Paused, "the rollout is paused" + why);
    case RolloutPhase::Halted:
      if (goes_on_when_halted(target) && !is_cut_off(head, rollout, target)) return std::nullopt;
      return hold(Bind::Over, "the rollout is halted" + why);
    case RolloutPhase::Finished:
      return hold(Bind::Over, "the rollout is finished" + why);
    case RolloutPhase::Aborted:
      return hold(Bind::Over, "the rollout is aborted" + why);
  }
  return std::nullopt;
}

std::optional<Hold> hold_of_signatures(const Outlook& outlook, const Rollout& rollout,
                                       const Host* host) {
  if (host == nullptr) return std::nullopt;
  const Plan& plan = outlook.state.plans.at(rollout.row.plan);
  const Count count = approvals_of(outlook.state, plan, *host, outlook.now.wall);
  if (count.given >= count.needed) return std::nullopt;
  return hold(Bind::Signatures, "the plan has " + std::to_string(count.given) + " of " +
                                    std::to_string(count.needed) +
                                    " signatures of today's operators");
}

std::optional<Hold> hold_of_centre(const Outlook& outlook, const PlanHead& head) {
  if (outlook.state.stopped) return hold(Bind::Stopped, "STOP is in force for the whole fleet");
  const auto& listen = outlook.state.listen_until;
  if (!listen || outlook.now.mono < *listen) {
    return hold(Bind::Listening, "the coordinator has just started and listens to its hosts first");
  }
  if (head.header.not_after <= outlook.now.wall) {
    return hold(Bind::Validity, "the plan is no longer valid");
  }
  if (head.not_before > outlook.now.wall) {
    return hold(Bind::Validity,
                "the plan starts in " + span_text(head.not_before - outlook.now.wall));
  }
  return std::nullopt;
}

std::optional<Hold> hold_of_host(const Outlook& outlook, const Host* host) {
  if (host == nullptr || !is_enrolled(*host)) return hold(Bind::Host, "the host was removed");
  if (is_parked(*host, outlook.now)) {
    return hold(Bind::Host, "the host is parked: " + host->row.parked_reason);
  }
  if (is_duplicate(*host, outlook.limits, outlook.now)) {
    return hold(Bind::Host, "two machines use this host's key");
  }
  const Liveness liveness = liveness_of(*host, outlook.limits, outlook.now);
  if (liveness == Liveness::Live) return std::nullopt;
  return hold(Bind::Host, "the host is " + std::string(name_of(liveness)));
}

/// What the open wave of a region still needs, if it is not its own work.
void add_delay(const Outlook& outlook, const Rollout& rollout, const RegionState& region,
               Hold& found) {
  const auto unwell = unwell_in_wave(outlook.state, outlook.limits, outlook.now, rollout, region);
  found.text += unwell ? " ended, and " + unwell->text() + " is not well since" : " bakes";
  if (unwell) found.blocking = *unwell;
}

Hold hold_of_region(const Outlook& outlook, const Rollout& rollout, const std::string& name) {
  Hold found = hold(Bind::Region, "region " + name + " is not open yet");
  for (const RegionState& before : rollout.row.regions) {
    if (before.phase != RegionPhase::Baking) continue;
    found.text += ": wave " + std::to_string(before.wave + 1) + " of region " + before.name;
    add_delay(outlook, rollout, before, found);
    return found;
  }
  return found;
}

std::optional<Hold> hold_of_order(const Outlook& outlook, const Rollout& rollout,
                                  const Leaf& leaf) {
  const auto region = std::ranges::find(rollout.row.regions, leaf.region, &RegionState::name);
  if (region == rollout.row.regions.end() || region->phase == RegionPhase::Closed) {
    return hold_of_region(outlook, rollout, leaf.region);
  }
  if (region->phase == RegionPhase::Done || leaf.wave <= region->wave) return std::nullopt;
  Hold found =
      hold(Bind::Wave, "wave " + std::to_string(leaf.wave + 1) + " of region " + leaf.region +
                           " is not open yet: wave " + std::to_string(region->wave + 1));
  if (region->phase == RegionPhase::Baking) {
    add_delay(outlook, rollout, *region, found);
  } else {
    found.text += " goes on";
  }
  return found;
}

std::optional<Hold> hold_of_ledger(const Outlook& outlook, const Rollout& rollout,
                                   const Host& host) {
  const auto slot = outlook.state.slots.find(host.row.host);
  if (slot != outlook.state.slots.end() && slot->second.rollout != rollout.row.rollout) {
    return hold(Bind::Slot, "its slot is booked by " + short_name(slot->second.rollout) + ": " +
                                slot->second.reason);
  }
  const auto shortage = outlook.ledger.shortage(outlook.state, host, rollout.row.rollout);
  if (!shortage) return std::nullopt;
  Hold found = hold(Bind::Budget, "budget " + shortage->budget);
  if (shortage->rollout != rollout.row.rollout)
    found.text += " of " + short_name(shortage->rollout);
  found.text += ": " + shortage->group + " has " + std::to_string(shortage->out) + " of " +
                std::to_string(shortage->allowed) + " out";
  found.blocking = shortage->blocking;
  found.group = shortage->group;
  return found;
}

std::optional<Hold> hold_of_pace(const Outlook& outlook, const Rollout& rollout,
                                 const Target& target, const Leaf& leaf) {
  const PlanHead& head = head_of(outlook.state, rollout);
  const RolloutId id = rollout.row.rollout;
  const auto open = outlook.open.find(id);
  if (open != outlook.open.end() && open->second >= concurrency_of(head, rollout.row)) {
    return hold(Bind::Concurrency, std::to_string(open->second) + " being worked on, " +
                                       std::to_string(concurrency_of(head, rollout.row)) +
                                       " at once allowed");
  }
  const auto wave = outlook.waves.find({id, {leaf.region, leaf.wave}});
  if (target.row.retried || wave == outlook.waves.end()) return std::nullopt;
  // 1, 2, 4, ...: as many at once as the power of two that the successes so far have reached.
  const std::uint32_t allowed = std::bit_floor(wave->second.succeeded + 1);
  if (wave->second.open < allowed) return std::nullopt;
  return hold(Bind::SlowStart, "slow start: " + std::to_string(allowed) + " at once until " +
                                   std::to_string(2 * allowed - 1) + " have succeeded");
}

}  // namespace

Outlook::Outlook(const State& state_in, const Limits& limits_in, Now now_in)
    : state(state_in), limits(limits_in), now(now_in), ledger(state_in, limits_in, now_in) {
  for (const auto& [id, rollout] : state.rollouts) {
    // Read-only work has no pace to keep.
    if (!is_active(rollout) || !is_disruptive(head_of(state, rollout))) continue;
    for (const auto& [host, target] : rollout.targets) {
      const Leaf& leaf = leaf_of(state, rollout, target);
      WaveTally& wave = waves[{id, {leaf.region, leaf.wave}}];
      if (is_under_way(target)) {
        wave.open += 1;
        open[id] += 1;
      } else if (target.row.phase == TargetPhase::Ended &&
                 target.row.kind == OutcomeKind::Succeeded) {
        wave.succeeded += 1;
      }
    }
  }
  starts = static_cast<std::uint32_t>(std::ranges::count_if(
      state.starts, [&](Instant at) { return now.mono - at < std::chrono::minutes(1); }));
}

void Outlook::granted(const Rollout& rollout, const Target& target, const Host& host) {
  const PlanHead& head = head_of(state, rollout);
  if (needs_permit(head, target.row.step)) starts += 1;
  if (!is_disruptive(head)) return;
  if (target.row.step == 0) {
    const Leaf& leaf = leaf_of(state, rollout, target);
    waves[{rollout.row.rollout, {leaf.region, leaf.wave}}].open += 1;
    open[rollout.row.rollout] += 1;
  }
  ledger.book(host);
}

bool is_look_owed(const State& state, const Limits& limits, Now now, const Rollout& rollout,
                  const Target& target) {
  const Duration bake = head_of(state, rollout).advance.bake;
  const auto since = rollout.bakes.find(leaf_of(state, rollout, target).region);
  if (bake == Duration(0) || since == rollout.bakes.end()) return false;
  if (now.mono < since->second + bake) return false;
  if (target.row.phase != TargetPhase::Ended || target.row.kind != OutcomeKind::Succeeded) {
    return false;
  }
  const Host* host = find_host(state, target.row.host);
  if (host == nullptr) return false;
  const auto& looked = host->sight.looked_at;
  return !looked || *looked < since->second + bake - limits.look_interval;
}

std::optional<HostId> unwell_in_wave(const State& state, const Limits& limits, Now now,
                                     const Rollout& rollout, const RegionState& region) {
  for (const auto& [id, target] : rollout.targets) {
    const Leaf& leaf = leaf_of(state, rollout, target);
    if (leaf.region != region.name || leaf.wave != region.wave) continue;
    // The failure of any other counts against the limit.
    const bool succeeded =
        target.row.phase == TargetPhase::Ended && target.row.kind == OutcomeKind::Succeeded;
    const Host* host = find_host(state, id);
    if (!succeeded || host == nullptr || !is_enrolled(*host)) continue;
    const bool well = liveness_of(*host, limits, now) == Liveness::Live &&
                      host->sight.row.health_at > target.row.finished_at &&
                      is_no_worse(host->sight.row.health, target.row.snapshot) &&
                      !is_look_owed(state, limits, now, rollout, target);
    if (!well) return id;
  }
  return std::nullopt;
}

bool is_cut_off(const PlanHead& head, const Rollout& rollout, const Target& target) {
  return rollout.row.phase == RolloutPhase::Halted && target.row.phase == TargetPhase::Waiting &&
         target.row.step > 0 && !target.row.retried && needs_permit(head, target.row.step);
}

bool needs_permit(const PlanHead& head, std::uint16_t step) {
  return impact_of(kind_of(head.steps.at(step))) >= Impact::Disruptive;
}

std::optional<Hold> hold_of(const Outlook& outlook, const Rollout& rollout, const Target& target) {
  const PlanHead& head = head_of(outlook.state, rollout);
  if (auto found = hold_of_phase(head, rollout, target)) return found;
  const Host* host = find_host(outlook.state, target.row.host);
  if (auto found = hold_of_signatures(outlook, rollout, host)) return found;
  if (auto found = hold_of_centre(outlook, head)) return found;
  if (auto found = hold_of_host(outlook, host)) return found;
  // Read-only work harms nobody: no order, no slot, no rate.
  if (!is_disruptive(head)) return std::nullopt;
  const Leaf& leaf = leaf_of(outlook.state, rollout, target);
  const bool has_begun = target.row.step > 0;
  if (!target.row.retried && !has_begun) {
    if (auto found = hold_of_order(outlook, rollout, leaf)) return found;
  }
  if (auto found = hold_of_ledger(outlook, rollout, *host)) return found;
  if (!has_begun) {
    if (auto found = hold_of_pace(outlook, rollout, target, leaf)) return found;
  }
  if (needs_permit(head, target.row.step) && outlook.starts >= outlook.limits.starts_per_minute) {
    return hold(Bind::StartRate, "start rate: " + std::to_string(outlook.limits.starts_per_minute) +
                                     " disruptive starts a minute");
  }
  return std::nullopt;
}

}  // namespace mainstay::coordinator
