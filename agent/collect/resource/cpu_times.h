// The processors' time by mode, of all of them together: the first line of /proc/stat.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::agent {

// In the order of /proc/stat; proc(5). Guests' time is part of User and Nice and not looked at.
enum class CpuMode : std::uint8_t {
  User = 0,
  Nice = 1,
  System = 2,
  Idle = 3,
  IoWait = 4,
  Irq = 5,
  SoftIrq = 6,
  Steal = 7,
};
inline constexpr std::size_t kCpuModeCount = 8;

/// Ticks since boot. A mode that an old kernel does not know is 0.
struct CpuTimes {
  std::array<std::uint64_t, kCpuModeCount> ticks{};
  std::uint64_t in(CpuMode mode) const { return ticks[static_cast<std::size_t>(mode)]; }
};

/// Hundredths of a percent of all processors' time between two readings.
struct CpuShares {
  std::array<std::uint32_t, kCpuModeCount> hundredths{};
  std::uint32_t in(CpuMode mode) const { return hundredths[static_cast<std::size_t>(mode)]; }
  /// Neither idle nor waiting for a disk.
  std::uint32_t busy() const;
};

Result<CpuTimes> read_cpu_times(std::string_view stat);
/// Nothing if no time has passed between them.
std::optional<CpuShares> shares_between(const CpuTimes& before, const CpuTimes& after);

}  // namespace mainstay::agent
