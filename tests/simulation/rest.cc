#include "tests/simulation/rest.h"

namespace mainstay::sim {

namespace {

using coordinator::Bind;

constexpr int kChainMax = 4;

}  // namespace

std::string why_goes_on(const coordinator::Outlook& outlook, const coordinator::Rollout& rollout,
                        int links) {
  const coordinator::State& state = outlook.state;
  if (rollout.open > 0) return "work is open";
  const bool over = rollout.row.phase != RolloutPhase::Running;
  if (over && rollout.reopened == 0) return "";
  std::string why = "it waits for nothing, and does not end";
  for (const auto& [id, target] : rollout.targets) {
    if (target.row.phase != TargetPhase::Waiting) continue;
    const auto hold = coordinator::hold_of(outlook, rollout, target);
    if (!hold) return id.text() + " may start and does not";
    if (hold->bind == Bind::Signatures) return "";  // somebody of today must approve
    const bool booked =
        hold->bind == Bind::Slot || hold->bind == Bind::Budget ||
        ((hold->bind == Bind::Wave || hold->bind == Bind::Region) && !hold->blocking.empty());
    const HostId& blocking = hold->bind == Bind::Slot ? id : hold->blocking;
    const auto slot = state.slots.find(blocking);
    // A slot that only a person can give back.
    if (booked && slot != state.slots.end() && slot->second.tainted) return "";
    // It is another rollout's, which waits for its person.
    if (booked && slot != state.slots.end() && slot->second.rollout != rollout.row.rollout &&
        links < kChainMax &&
        why_goes_on(outlook, state.rollouts.at(slot->second.rollout), links + 1).empty()) {
      return "";
    }
    if (hold->bind != Bind::Region && hold->bind != Bind::Wave) {
      why = id.text() + " waits for " + blocking.text() +
            (slot == state.slots.end() ? "" : " (" + slot->second.reason + ")") + ": " + hold->text;
    }
  }
  return why;
}

}  // namespace mainstay::sim
