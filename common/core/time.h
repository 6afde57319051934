// Two axes of time, both without now(): the core is told the time and cannot ask for it.
//
// Instant is CLOCK_BOOTTIME: it counts suspend, starts at zero with each boot, and means nothing
// after a reboot, so it is never stored without the boot id it belongs to. WallTime is UTC.
#pragma once

#include <chrono>
#include <cstdint>

namespace mainstay {

using Duration = std::chrono::milliseconds;

struct BootClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};

struct WallClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WallClock>;
  static constexpr bool is_steady = false;
};

using Instant = BootClock::time_point;
using WallTime = WallClock::time_point;

/// Read once per turn of the loop and handed down.
struct Now {
  Instant mono;
  WallTime wall;
};

constexpr std::int64_t to_ms(Instant at) {
  return at.time_since_epoch().count();
}
constexpr std::int64_t to_ms(WallTime at) {
  return at.time_since_epoch().count();
}
constexpr Instant instant_from_ms(std::int64_t ms) {
  return Instant(Duration(ms));
}
constexpr WallTime wall_from_ms(std::int64_t ms) {
  return WallTime(Duration(ms));
}

}  // namespace mainstay
