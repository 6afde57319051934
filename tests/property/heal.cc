// From any state: nothing breaks any more, everybody does what is due, and operators keep out of
// it.
#include <algorithm>

#include "tests/property/explore.h"
#include "tests/simulation/rest.h"

namespace mainstay::model {

namespace {

using Kind = Action::Kind;

constexpr std::size_t kRoundsMax = 60;

std::string unrest_of(const Setup& setup, const World& world) {
  sim::Rest::Rows rows;
  for (const auto& [key, row] : world.centre->disk) rows.push_back(row.get());
  const sim::Rest rest(rows);
  for (const auto& [id, rollout] : world.centre->state.rollouts) {
    const std::string& plan = world.centre->state.plans.at(rollout.row.plan).row.head.name;
    if (std::string why = rest.why_goes_on(plan); !why.empty()) return plan + ": " + why;
  }
  for (const auto& host : world.hosts) {
    if (host->removed) continue;
    for (const auto& [attempt, entry] : host->journal.attempts) {
      if (entry.row.phase == AttemptPhase::Closed) continue;
      return setup.name_of(attempt) + " is not closed on its host";
    }
  }
  return "";
}

class Healer {
 public:
  Healer(const Setup& setup, World world) : setup_(setup), world_(std::move(world)) {}

  Rest run() {
    Rest rest;
    world_.spent = {.crashes = 0,
                    .repeats = 0,
                    .late = 0,
                    .bad = 0,
                    .acts = world_.spent.acts,
                    .ticks = world_.spent.ticks};
    do {
      rest.rounds += 1;
      settle();
      for (std::uint8_t place = 0; place < kHosts; ++place) {
        go({.kind = Kind::HostTicks, .place = place, .index = 0, .dies_at = 0});
        go({.kind = Kind::Report, .place = place, .index = 0, .dies_at = 0});
      }
      settle();
      go({.kind = Kind::CentreTicks, .place = 0, .index = 0, .dies_at = 0});
      settle();
      rest.unrest = unrest_of(setup_, world_);
      go({.kind = Kind::TimePasses, .place = 0, .index = 0, .dies_at = 0});
    } while (!rest.unrest.empty() && rest.rounds < kRoundsMax);
    return rest;
  }

 private:
  void go(const Action& action) {
    auto step = carry_out(setup_, world_, action);
    if (step) world_ = std::move(step->world);
  }

  /// The first that is due, until nothing is.
  void settle() {
    while (true) {
      const std::vector<Action> actions = actions_of(world_, world_.spent);
      const auto due = std::ranges::find_if(
          actions, [](const Action& action) { return action.kind <= Kind::EndWell; });
      if (due == actions.end()) return;
      go(*due);
    }
  }

  const Setup& setup_;
  World world_;
};

}  // namespace

Rest heal(const Setup& setup, World world, Under under) {
  if (under == Under::IsLost) world.network.clear();
  return Healer(setup, std::move(world)).run();
}

}  // namespace mainstay::model
