// The one door into the coordinator's core.
#pragma once

#include "common/core/rng.h"
#include "coordinator/core/command.h"
#include "coordinator/core/event.h"
#include "coordinator/core/state.h"

namespace mainstay::coordinator {

CoordinatorEffects step(State& state, const Event& event, const Limits& limits, Now now, Rng& rng);

/// What Driver<Core> asks of a core.
struct Core {
  using State = coordinator::State;
  using Event = coordinator::Event;
  using Row = CoordinatorRow;
  using Command = coordinator::Command;
  using Limits = coordinator::Limits;
  static CoordinatorEffects step(State& state, const Event& event, const Limits& limits, Now now,
                                 Rng& rng) {
    return coordinator::step(state, event, limits, now, rng);
  }
};

/// Ends the process on a broken invariant. The cheap ones hold after each step.
void check_invariants(const State& state);

}  // namespace mainstay::coordinator
