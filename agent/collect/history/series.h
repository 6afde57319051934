// What the history on a host is of: a closed list of numbers, each minute one value of each.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/core/time.h"

namespace mainstay::agent {

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
  DiskUsed = 12,     // MiB; the first of kHistoryDisks places
};
// Places for disks; which one has which is in the file's disk table.
inline constexpr std::size_t kHistoryDisks = 8;  // stored
inline constexpr std::size_t kSeriesCount =
    static_cast<std::size_t>(Series::DiskUsed) + kHistoryDisks;

inline constexpr std::uint32_t kNoValue = UINT32_MAX;  // stored

/// Of one minute. Minutes and hours count from 1970 in UTC; 0 is none.
struct MinuteValues {
  std::uint32_t minute = 0;
  std::array<std::uint32_t, kSeriesCount> values = filled();

  std::uint32_t& operator[](Series series) { return values[static_cast<std::size_t>(series)]; }
  std::uint32_t operator[](Series series) const { return values[static_cast<std::size_t>(series)]; }
  std::uint32_t& disk(std::size_t place) { return values[first_disk() + place]; }
  std::uint32_t disk(std::size_t place) const { return values[first_disk() + place]; }
  bool operator==(const MinuteValues&) const = default;

 private:
  static constexpr std::size_t first_disk() { return static_cast<std::size_t>(Series::DiskUsed); }
  static constexpr std::array<std::uint32_t, kSeriesCount> filled() {
    std::array<std::uint32_t, kSeriesCount> all{};
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
  std::array<HourSummary, kSeriesCount> series{};

  const HourSummary& disk(std::size_t place) const {
    return series[static_cast<std::size_t>(Series::DiskUsed) + place];
  }
  bool operator==(const HourValues&) const = default;
};

/// 0 for a time before 1970.
constexpr std::uint32_t minute_of(WallTime at) {
  const std::int64_t minute = to_ms(at) / 60'000;
  return minute <= 0 || minute >= UINT32_MAX ? 0 : static_cast<std::uint32_t>(minute);
}

}  // namespace mainstay::agent
