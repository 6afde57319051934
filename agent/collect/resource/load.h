// How many tasks run or wait, and how much of the time some or all of them are held up: loadavg and
// the kernel's pressure files (PSI, since 4.20; absent where it is not switched on).
#pragma once

#include <cstdint>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::agent {

/// In hundredths.
struct Load {
  std::uint32_t minute = 0;
  std::uint32_t five_minutes = 0;
  std::uint32_t quarter_hour = 0;
};

/// Hundredths of a percent of the last ten seconds in which some tasks, or all at once, waited.
struct Pressure {
  std::uint32_t some = 0;
  std::uint32_t full = 0;  // 0 for processors before 5.13, which have no such line
};

Result<Load> read_load(std::string_view loadavg);
Result<Pressure> read_pressure(std::string_view text);

}  // namespace mainstay::agent
