#include "tests/simulation/swarm.h"

#include "coordinator/core/rollout/hold.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/people.h"
#include "tests/simulation/thief.h"

namespace mainstay::sim {

namespace {

constexpr Duration kRound = 5s;
// One host after the other, where a plan says so.
Duration liveness_max(const Options& options) {
  return (40min + 2min * options.hosts) * options.pace;
}

using coordinator::Bind;

constexpr int kChainMax = 4;  // of rollouts that wait for each other

/// Empty if the rollout is over, or waits for a person; else why it goes on.
std::string why_goes_on(const World& world, const coordinator::Rollout& rollout, int links = 0) {
  const coordinator::State& state = world.centre.state();
  if (rollout.open > 0) return "work is open";
  const bool over = rollout.row.phase != RolloutPhase::Running;
  if (over && rollout.reopened == 0) return "";
  const coordinator::Outlook outlook(state, world.centre.limits, world.centre.now());
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
        why_goes_on(world, state.rollouts.at(slot->second.rollout), links + 1).empty()) {
      return "";
    }
    if (hold->bind != Bind::Region && hold->bind != Bind::Wave) {
      why = id.text() + " waits for " + blocking.text() +
            (slot == state.slots.end() ? "" : " (" + slot->second.reason + ")") + ": " + hold->text;
    }
  }
  return why;
}

/// Empty once every rollout is over or waits for a person, and every record has come home.
std::string why_no_rest(const World& world, const std::vector<std::string>& plans) {
  if (!world.centre.is_up()) return "the coordinator is down";
  if (world.centre.state().stopped) return "STOP is in force";
  for (const std::string& plan : plans) {
    const coordinator::Rollout* rollout = world.find_rollout(plan);
    if (rollout == nullptr) return plan + " is not under way";
    if (std::string why = why_goes_on(world, *rollout); !why.empty()) return plan + ": " + why;
  }
  for (const auto& host : world.hosts) {
    if (!world.checkers.is_gone(host->id()) && !host->is_drained()) {
      return host->id().text() + " has records that nobody took";
    }
  }
  return "";
}

}  // namespace

Verdict run_seed(std::uint64_t seed, const Options& options) {
  World world(seed, options);
  Faults faults(world);
  People people(world);
  Thief thief(world);
  const Duration round = kRound * options.pace;
  faults.begin();
  world.begin();
  people.begin();
  while (world.is_sound() && world.timeline.now() < options.faults_for) {
    faults.round();
    people.round();
    thief.round();
    world.run_for(round);
  }
  faults.heal();
  const Duration end = world.timeline.now() + liveness_max(options);
  std::string unrest = "not looked at";
  while (world.is_sound() && !unrest.empty() && world.timeline.now() < end) {
    world.run_for(round);
    people.keep_going();
    unrest = why_no_rest(world, people.plans());
  }
  if (world.is_sound() && unrest.empty()) world.checkers.at_end();
  Verdict verdict{.digest = world.timeline.digest(),
                  .events = world.timeline.events(),
                  .tasks = world.checkers.begun(),
                  .edges = world.checkers.edges,
                  .violations = world.checkers.violations(),
                  .story = world.timeline.story()};
  if (verdict.violations.empty() && !unrest.empty()) {
    verdict.violations.push_back({.invariant = "liveness", .text = unrest});
  }
  return verdict;
}

}  // namespace mainstay::sim
