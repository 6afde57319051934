// When a disk will be full, of bytes or of inodes, if it goes on as it did: a robust line under its
// saw-teeth.
//
// 1. The lower envelope: at each time the least that was in use then or ever since. What a rotation
//    of logs or a clean-up takes away again never counts as growth. It never falls.
// 2. The median of the slopes between its points. Source: H. Theil, "A rank-invariant method of
//    linear and polynomial regression analysis", Proc. Kon. Ned. Akad. v. Wetensch. A 53 (1950);
//    P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", J. Amer. Stat.
//    Assoc. 63 (1968). Of pairs that are at least an eighth of the span apart (our own choice: the
//    slopes of neighbours are those of the teeth).
// 3. The range is from the 10th to the 90th percentile of those slopes, and the early end has room
//    only for the highest tooth of the last day. It is no confidence interval: hours of one disk
//    are not independent of one another.
#pragma once

#include <optional>
#include <vector>

#include "agent/collect/history/reader.h"
#include "common/core/time.h"

namespace mainstay::agent {

enum class Growth : std::uint8_t {
  NotKnown,  // too little history
  None,
  Slow,  // not full within kForecastMax
  Forecast,
};

struct Trend {
  Growth growth = Growth::NotKnown;
  Duration span = {};  // from the first to the last level
  Duration full_in = {};
  Duration full_in_min = {};
  std::optional<Duration> full_in_max = {};  // nothing: by its slowest it is never full
};

// A day has its own tide: backups, rotations, working hours. Less than a whole one says nothing.
inline constexpr Duration kTrendSpanMin = std::chrono::hours(24);
inline constexpr std::size_t kTrendLevelsMin = 12;  // of hours; a host that was mostly off has few
inline constexpr Duration kForecastMax = std::chrono::hours(24 * 365);

/// `room` is what is still free, in the levels' unit.
Trend trend_of(const std::vector<UsedLevel>& levels, std::uint64_t room);

}  // namespace mainstay::agent
