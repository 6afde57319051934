// What wants a person of rollouts, and of the slots that they hold.
#include <algorithm>

#include "common/core/span_text.h"
#include "coordinator/shell/need.h"

namespace mainstay::coordinator {

namespace {

/// A slot that is not tainted comes back by itself, unless its host was given up and stays away, or
/// its executor does not say what became of the attempt.
bool wants_person(const ViewContext& context, const SlotRow& slot) {
  if (slot.tainted) return true;
  const auto& targets = context.state.rollouts.at(slot.rollout).targets;
  const auto target = targets.find(slot.host);
  if (target == targets.end()) return false;
  const TargetRow& row = target->second.row;
  return row.phase == TargetPhase::Ended && row.kind == OutcomeKind::Unreachable &&
         context.now.wall - row.phase_since >= context.limits.unreachable_after;
}

bool waits_for_person(const ViewContext& context, const HostId& host, const Hold& hold) {
  if (hold.bind == Bind::Signatures) return true;
  if (hold.bind != Bind::Budget && hold.bind != Bind::Slot) return false;
  const auto slot = context.state.slots.find(hold.blocking.empty() ? host : hold.blocking);
  return slot != context.state.slots.end() && wants_person(context, slot->second);
}

/// One whose last attempt failed, and may be tried again.
std::string failed_host(const Rollout& rollout) {
  for (const auto& [id, target] : rollout.targets) {
    if (target.row.phase == TargetPhase::Ended && is_failure(target.row.kind)) return id.text();
  }
  return "";
}

/// Of a wave it is the host that is not well; of all else what the screens say.
std::string stuck_cause(const ViewContext& context, const Hold& hold) {
  const bool is_order = hold.bind == Bind::Region || hold.bind == Bind::Wave;
  return is_order ? hold.blocking.text() + " to be well again" : cause_of(context, hold);
}

}  // namespace

void add_rollouts(const ViewContext& context, std::vector<Need>& needs) {
  for (const auto& [id, rollout] : context.state.rollouts) {
    const std::string name = short_name(id);
    Need need{.cause = "rollout/" + name,
              .urgency = "!!",
              .since = rollout.row.phase_since,
              .next = "mainstay watch " + name,
              .rollout = name};
    need.owner = rollout.row.started_by;
    if (rollout.row.phase == RolloutPhase::Halted) {
      const std::string failed = failed_host(rollout);
      need.text = name + " halted: " + shown(rollout.row.reason);
      need.next = failed.empty() ? "plan again for the rest, then: mainstay abort " + name
                                 : "repair, then: mainstay retry " + name + " " + failed;
    } else if (rollout.row.phase == RolloutPhase::Paused) {
      need.urgency = ".";
      need.text = name + " is paused: " + shown(rollout.row.reason);
      need.next = "mainstay resume " + name;
    } else if (const auto stuck = stuck_at(context, rollout)) {
      need.urgency = "!";
      need.text = name + " cannot go on: " + stuck->host.text() + " waits for " +
                  stuck_cause(context, stuck->hold);
      need.next = "mainstay explain " + stuck->host.text();
    } else {
      continue;
    }
    needs.push_back(std::move(need));
  }
}

void add_slots(const ViewContext& context, std::vector<Need>& needs) {
  for (const auto& [id, slot] : context.state.slots) {
    if (!wants_person(context, slot)) continue;
    const Host* host = find_host(context.state, id);
    needs.push_back({.cause = "slot/" + id.text(),
                     .urgency = "!",
                     .text = id.text() + " " + why_out(context, id) + ", slot booked",
                     .owner = host == nullptr ? "" : label_of(*host, "owner"),
                     .since = slot.since,
                     .next = "mainstay host show " + id.text(),
                     .host = id.text(),
                     .rollout = short_name(slot.rollout)});
  }
}

std::string why_out(const ViewContext& context, const HostId& id) {
  const Host* host = find_host(context.state, id);
  if (host == nullptr || !is_enrolled(*host)) return "was removed";
  const auto slot = context.state.slots.find(id);
  if (slot != context.state.slots.end()) {
    const std::string where = " in " + short_name(slot->second.rollout);
    const auto rollout = context.state.rollouts.find(slot->second.rollout);
    if (rollout != context.state.rollouts.end()) {
      const auto target = rollout->second.targets.find(id);
      if (target != rollout->second.targets.end() &&
          target->second.row.phase == TargetPhase::Ended) {
        return std::string(name_of(target->second.row.kind)) + where;
      }
    }
    return "is being worked on" + where;
  }
  const std::string_view state = state_of(context, *host);
  if (state != "silent") return "is " + std::string(state);
  return "is silent since " +
         span_text(Duration(age_seconds(context, host->sight.row.seen_at) * 1000));
}

std::optional<Stuck> stuck_at(const ViewContext& context, const Rollout& rollout) {
  if (rollout.row.phase != RolloutPhase::Running || totals_of(rollout).working > 0) return {};
  // A host that is not well at the end of a bake may come up; one that does not, nobody mends.
  const Duration bake = head_of(context.state, rollout).advance.bake;
  const bool bakes = std::ranges::any_of(rollout.row.regions, [&](const RegionState& region) {
    return region.phase == RegionPhase::Baking &&
           context.now.wall - region.since < bake + context.limits.unreachable_after;
  });
  if (bakes) return {};
  const Outlook outlook(context.state, context.limits, context.now);
  std::optional<Stuck> first;
  for (const auto& [id, target] : rollout.targets) {
    OutcomeKind kind = OutcomeKind::NotStarted;
    if (show_of(rollout, target, kind) != TargetShow::Waiting) continue;
    const auto hold = hold_of(outlook, rollout, target);
    if (!hold) return {};
    const bool is_order = hold->bind == Bind::Region || hold->bind == Bind::Wave;
    if (is_order && hold->blocking.empty()) continue;  // whose wave comes when others are done
    if (!is_order && !waits_for_person(context, id, *hold)) return {};
    if (!first) first = {.host = id, .hold = *hold};
  }
  return first;
}

}  // namespace mainstay::coordinator
