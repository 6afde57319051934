// The two clocks, read here and nowhere else. A process with a loop takes Loop::now() instead, so
// that all decisions of one turn see one time.
#pragma once

#include <ctime>

#include "common/core/time.h"

namespace mainstay::loop {

inline Duration clock_reading(clockid_t clock) {
  timespec at{};
  // Cannot fail for the two clocks used below.
  ::clock_gettime(clock, &at);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(at.tv_sec) +
                                              std::chrono::nanoseconds(at.tv_nsec));
}

/// CLOCK_BOOTTIME: counts suspend, which the loop's own timers do not.
inline Instant boottime_now() {
  return Instant(clock_reading(CLOCK_BOOTTIME));
}
inline WallTime walltime_now() {
  return WallTime(clock_reading(CLOCK_REALTIME));
}

}  // namespace mainstay::loop
