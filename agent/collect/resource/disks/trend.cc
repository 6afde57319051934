#include "agent/collect/resource/disks/trend.h"

#include <algorithm>
#include <cmath>

namespace mainstay::agent {
namespace {

struct Point {
  double minute = 0;
  double used = 0;
};

// 256 points make 18,000 slopes of a span: more would change nothing but the time it takes.
constexpr std::size_t kPointsMax = 256;

/// Thinned first: the lowest of each group of hours, at its time.
std::vector<Point> thinned(const std::vector<UsedLevel>& levels) {
  const std::size_t step = (levels.size() + kPointsMax - 1) / kPointsMax;
  std::vector<Point> points;
  for (std::size_t first = 0; first < levels.size(); first += step) {
    const auto begin = levels.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(step, levels.size() - first));
    const auto lowest = std::min_element(
        begin, end, [](const UsedLevel& a, const UsedLevel& b) { return a.low < b.low; });
    points.push_back({.minute = double(lowest->minute), .used = double(lowest->low)});
  }
  return points;
}

void lower(std::vector<Point>& points) {
  double least = points.back().used;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    least = std::min(least, point->used);
    point->used = least;
  }
}

/// What is used a minute, sorted.
std::vector<double> slopes_of(const std::vector<Point>& points) {
  const double apart_min = (points.back().minute - points.front().minute) / 8;
  std::vector<double> slopes;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const double apart = points[j].minute - points[i].minute;
      if (apart >= apart_min) slopes.push_back((points[j].used - points[i].used) / apart);
    }
  }
  std::ranges::sort(slopes);
  return slopes;
}

double quantile(const std::vector<double>& sorted, std::size_t percent) {
  return sorted[(sorted.size() - 1) * percent / 100];
}

/// Nothing if it takes longer than anybody plans for.
std::optional<Duration> time_to_fill(double room, double slope) {
  const double minutes = slope <= 0 ? HUGE_VAL : std::max(room, 0.0) / slope;
  const double minutes_max = 10.0 * double(kForecastMax.count()) / 60'000;
  if (minutes > minutes_max) return std::nullopt;
  return Duration(static_cast<std::int64_t>(minutes * 60'000));
}

/// How far the highest level of the last day is above the last one.
double tooth_of(const std::vector<UsedLevel>& levels) {
  std::uint32_t high = 0;
  for (const UsedLevel& level : levels) {
    if (levels.back().minute - level.minute < 24 * 60) high = std::max(high, level.high);
  }
  return double(high) - double(std::min(high, levels.back().high));
}

}  // namespace

Trend trend_of(const std::vector<UsedLevel>& levels, std::uint64_t room) {
  Trend trend;
  if (levels.empty()) return trend;
  trend.span = std::chrono::minutes(levels.back().minute - levels.front().minute);
  if (levels.size() < kTrendLevelsMin || trend.span < kTrendSpanMin) return trend;
  std::vector<Point> points = thinned(levels);
  lower(points);
  const std::vector<double> slopes = slopes_of(points);
  if (slopes.empty()) return trend;
  const double slope = quantile(slopes, 50);
  trend.growth = Growth::None;
  if (slope <= 0) return trend;
  trend.growth = Growth::Slow;
  const auto full_in = time_to_fill(double(room), slope);
  if (!full_in || *full_in > kForecastMax) return trend;
  trend.growth = Growth::Forecast;
  trend.full_in = *full_in;
  const auto early = time_to_fill(double(room) - tooth_of(levels), quantile(slopes, 90));
  trend.full_in_min = std::min(early.value_or(*full_in), *full_in);
  trend.full_in_max = time_to_fill(double(room), quantile(slopes, 10));
  return trend;
}

}  // namespace mainstay::agent
