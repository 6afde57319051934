// Everything that can happen next in a state, and what comes of it.
#pragma once

#include "tests/property/work.h"

namespace mainstay::model {

struct Action {
  enum class Kind : std::uint8_t {
    Deliver,  // message `index` of the network
    Repeat,   // it stays there
    Begin,    // launch `index`
    EndWell,  // folder `index`
    EndBadly,
    Report,
    ReportLate,
    HostTicks,
    HostRestarts,
    MachineBoots,
    CentreTicks,
    CentreRestarts,
    TimePasses,         // all hosts report, the coordinator ticks, its beacon is heard
    TimePassesDeaf,     // one host neither reports nor hears
    TimePassesWithout,  // the coordinator does nothing and hears nobody
    Retry,              // `index`: the rollout
    Recheck,            // repaired by hand before
    Release,
    Remove,
  };
  Kind kind = Kind::Deliver;
  std::uint8_t place = 0;
  std::uint8_t index = 0;
  /// The commit at which the stepping process dies, from 1; 0 for none.
  std::uint8_t dies_at = 0;
};

/// Without deaths on the way: those are `dies_at` 1, 2, ... until nothing comes of it.
std::vector<Action> actions_of(const World& world, const Purse& most);

struct Step {
  World world;
  std::vector<Violation> violations;
};
/// Nothing: it cannot happen so.
std::optional<Step> carry_out(const Setup& setup, const World& world, const Action& action);

std::string text_of(const Setup& setup, const World& world, const Action& action);

/// All processes have just started; nobody has heard anything.
World first_world(const Setup& setup);

}  // namespace mainstay::model
