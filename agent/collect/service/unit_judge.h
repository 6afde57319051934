// Which units have failed, which come and go, and which timers have not fired when they should.
#pragma once

#include "agent/collect/service/unit_show.h"
#include "common/plan/finding.h"

namespace mainstay::agent::service {

struct UnitFindings {
  std::vector<Finding> findings;
  std::uint32_t failed = 0;
};

/// The two clocks of timers.
struct TimerNow {
  WallTime wall{};
  Duration monotonic{};  // CLOCK_MONOTONIC since the boot
};

/// One finding for each that is bad, and one for all the rest if none has failed.
UnitFindings judge_units(const std::vector<Unit>& units, const TimerNow& now);

/// Nothing for a timer that is as it should be.
std::optional<Finding> judge_timer(const Unit& timer, const TimerNow& now);

}  // namespace mainstay::agent::service
