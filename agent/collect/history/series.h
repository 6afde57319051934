// What the histories on a host are of: closed lists of numbers, each minute one value of each.
#pragma once

#include <array>
#include <cstdint>

#include "agent/collect/history/layout.h"
#include "common/core/time.h"

namespace mainstay::agent {

/// The host's own numbers, in kHostHistory.
enum class Series : std::uint8_t {  // stored; never renumber
  CpuBusy = 0,                      // hundredths of a percent, as all shares here
  CpuIoWait = 1,
  CpuSteal = 2,
  Load = 3,             // hundredths
  MemoryAvailable = 4,  // MiB
  SwapUsed = 5,         // MiB
  PressureCpu = 6,      // some task waited
  PressureMemory = 7,
  PressureIo = 8,
  DiskRead = 9,      // KiB a second
  DiskWritten = 10,  // KiB a second
  DiskLatency = 11,  // microseconds
};
inline constexpr std::size_t kOwnSeriesCount = 12;
static_assert(kHostHistory.own_series == kOwnSeriesCount);

/// The numbers of each place in kServiceHistory.
enum class ServiceValue : std::uint8_t {  // stored; never renumber
  Memory = 0,                             // MiB
  Cpu = 1,                                // hundredths of a percent of one processor
};

inline constexpr std::uint32_t kNoValue = UINT32_MAX;  // stored

/// Of one minute. Minutes and hours count from 1970 in UTC; 0 is none. What a layout has no series
/// for is kNoValue.
struct MinuteValues {
  std::uint32_t minute = 0;
  std::array<std::uint32_t, kSeriesMax> values = filled();

  std::uint32_t& operator[](Series series) { return values[static_cast<std::size_t>(series)]; }
  std::uint32_t operator[](Series series) const { return values[static_cast<std::size_t>(series)]; }
  bool operator==(const MinuteValues&) const = default;

 private:
  static constexpr std::array<std::uint32_t, kSeriesMax> filled() {
    std::array<std::uint32_t, kSeriesMax> all{};
    all.fill(kNoValue);
    return all;
  }
};

/// Of an hour's minutes; all four are kNoValue if none had a value.
struct HourSummary {
  std::uint32_t min = kNoValue;
  std::uint32_t mean = kNoValue;
  std::uint32_t p95 = kNoValue;
  std::uint32_t max = kNoValue;
  bool operator==(const HourSummary&) const = default;
};

struct HourValues {
  std::uint32_t hour = 0;
  std::uint32_t minutes = 0;  // that it was made of, at most 60
  std::array<HourSummary, kSeriesMax> series{};

  const HourSummary& operator[](Series of) const { return series[static_cast<std::size_t>(of)]; }
  bool operator==(const HourValues&) const = default;
};

/// A value as it is stored: what is too large for 32 bits is the largest.
constexpr std::uint32_t stored_value(std::uint64_t value) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, kNoValue - 1));
}

/// 0 for a time before 1970.
constexpr std::uint32_t minute_of(WallTime at) {
  const std::int64_t minute = to_ms(at) / 60'000;
  return minute <= 0 || minute >= UINT32_MAX ? 0 : static_cast<std::uint32_t>(minute);
}

}  // namespace mainstay::agent
