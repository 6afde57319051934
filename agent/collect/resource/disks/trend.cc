#include "agent/collect/resource/disks/trend.h"

#include <algorithm>
#include <cmath>

namespace mainstay::agent {
namespace {

struct Point {
  double minute = 0;
  double mib = 0;
};

// 256 points make 18,000 slopes of a span: more would change nothing but the time it takes.
constexpr std::size_t kPointsMax = 256;

/// Thinned first: the lowest of each group of hours, at its time.
std::vector<Point> thinned(const std::vector<DiskLevel>& levels) {
  const std::size_t step = (levels.size() + kPointsMax - 1) / kPointsMax;
  std::vector<Point> points;
  for (std::size_t first = 0; first < levels.size(); first += step) {
    const auto begin = levels.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(step, levels.size() - first));
    const auto lowest = std::min_element(
        begin, end, [](const DiskLevel& a, const DiskLevel& b) { return a.low_mib < b.low_mib; });
    points.push_back({.minute = double(lowest->minute), .mib = double(lowest->low_mib)});
  }
  return points;
}

void lower(std::vector<Point>& points) {
  double least = points.back().mib;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    least = std::min(least, point->mib);
    point->mib = least;
  }
}

/// MiB a minute, sorted.
std::vector<double> slopes_of(const std::vector<Point>& points) {
  const double apart_min = (points.back().minute - points.front().minute) / 8;
  std::vector<double> slopes;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const double apart = points[j].minute - points[i].minute;
      if (apart >= apart_min) slopes.push_back((points[j].mib - points[i].mib) / apart);
    }
  }
  std::ranges::sort(slopes);
  return slopes;
}

double quantile(const std::vector<double>& sorted, std::size_t percent) {
  return sorted[(sorted.size() - 1) * percent / 100];
}

/// Nothing if it takes longer than anybody plans for.
std::optional<Duration> time_to_fill(double room_mib, double slope) {
  const double minutes = slope <= 0 ? HUGE_VAL : std::max(room_mib, 0.0) / slope;
  const double minutes_max = 10.0 * double(kForecastMax.count()) / 60'000;
  if (minutes > minutes_max) return std::nullopt;
  return Duration(static_cast<std::int64_t>(minutes * 60'000));
}

/// How far the highest level of the last day is above the last one.
double tooth_of(const std::vector<DiskLevel>& levels) {
  std::uint32_t high_mib = 0;
  for (const DiskLevel& level : levels) {
    if (levels.back().minute - level.minute < 24 * 60)
      high_mib = std::max(high_mib, level.high_mib);
  }
  return double(high_mib) - double(std::min(high_mib, levels.back().high_mib));
}

}  // namespace

Trend trend_of(const std::vector<DiskLevel>& levels, std::uint64_t free_bytes) {
  Trend trend;
  if (levels.empty()) return trend;
  trend.span = std::chrono::minutes(levels.back().minute - levels.front().minute);
  if (levels.size() < kTrendLevelsMin || trend.span < kTrendSpanMin) return trend;
  std::vector<Point> points = thinned(levels);
  lower(points);
  const std::vector<double> slopes = slopes_of(points);
  if (slopes.empty()) return trend;
  const double room_mib = double(free_bytes) / (1024.0 * 1024);
  const double slope = quantile(slopes, 50);
  trend.growth = Growth::None;
  if (slope <= 0) return trend;
  trend.growth = Growth::Slow;
  const auto full_in = time_to_fill(room_mib, slope);
  if (!full_in || *full_in > kForecastMax) return trend;
  trend.growth = Growth::Forecast;
  trend.full_in = *full_in;
  const auto early = time_to_fill(room_mib - tooth_of(levels), quantile(slopes, 90));
  trend.full_in_min = std::min(early.value_or(*full_in), *full_in);
  trend.full_in_max = time_to_fill(room_mib, quantile(slopes, 10));
  return trend;
}

}  // namespace mainstay::agent
