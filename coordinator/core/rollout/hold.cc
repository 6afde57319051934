#include "coordinator/core/rollout/hold.h"

#include <algorithm>
#include <bit>

#include "common/core/span_text.h"

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

std::optional<Hold> hold_of_phase(const Rollout& rollout, const Target& target) {
  const std::string why = rollout.row.reason.empty() ? "" : ": " + rollout.row.reason;
  switch (rollout.row.phase) {
    case RolloutPhase::Running:
      return std::nullopt;
    case RolloutPhase::Paused:
      return hold(Bind::Paused, "the rollout is paused" + why);
    case RolloutPhase::Halted:
      if (target.row.retried || target.row.step > 0) return std::nullopt;
      return hold(Bind::Over, "the rollout is halted" + why);
    case RolloutPhase::Finished:
      return hold(Bind::Over, "the rollout is finished" + why);
    case RolloutPhase::Aborted:
      return hold(Bind::Over, "the rollout is aborted" + why);
  }
  return std::nullopt;
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

std::optional<Hold> hold_of_order(const Rollout& rollout, const Leaf& leaf) {
  const auto region = std::ranges::find(rollout.row.regions, leaf.region, &RegionState::name);
  if (region == rollout.row.regions.end() || region->phase == RegionPhase::Closed) {
    return hold(Bind::Region, "region " + leaf.region + " is not open yet");
  }
  if (region->phase == RegionPhase::Done || leaf.wave <= region->wave) return std::nullopt;
  return hold(Bind::Wave, "wave " + std::to_string(leaf.wave + 1) + " of region " + leaf.region +
                              " is not open yet: wave " + std::to_string(region->wave + 1) +
                              (region->phase == RegionPhase::Baking ? " bakes" : " goes on"));
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
  Hold found = hold(Bind::Budget, "budget {" + shortage->budget + "}");
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
  if (open != outlook.open.end() && open->second >= std::max(1U, head.order.concurrency)) {
    return hold(Bind::Concurrency,
                std::to_string(open->second) + " hosts are being worked on, as many as allowed");
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
    if (!is_active(rollout)) continue;
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

bool needs_permit(const PlanHead& head, std::uint16_t step) {
  return impact_of(kind_of(head.steps.at(step))) >= Impact::Disruptive;
}

std::optional<Hold> hold_of(const Outlook& outlook, const Rollout& rollout, const Target& target) {
  const PlanHead& head = head_of(outlook.state, rollout);
  if (auto found = hold_of_phase(rollout, target)) return found;
  if (auto found = hold_of_centre(outlook, head)) return found;
  const Host* host = find_host(outlook.state, target.row.host);
  if (auto found = hold_of_host(outlook, host)) return found;
  // Read-only work harms nobody: no order, no slot, no rate.
  if (!is_disruptive(head)) return std::nullopt;
  const Leaf& leaf = leaf_of(outlook.state, rollout, target);
  const bool has_begun = target.row.step > 0;
  if (!target.row.retried && !has_begun) {
    if (auto found = hold_of_order(rollout, leaf)) return found;
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
