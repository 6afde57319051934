#include "agent/collect/resource/disks/trend.h"

#include <functional>

#include <gtest/gtest.h>

#include "common/core/rng.h"

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kTrendStart = 30'000'000;

/// A level an hour; `used` is told the hour.
std::vector<UsedLevel> levels_of(std::uint32_t hours, const std::function<double(double)>& used) {
  std::vector<UsedLevel> levels;
  for (std::uint32_t hour = 0; hour < hours; ++hour) {
    const auto mib = static_cast<std::uint32_t>(used(hour));
    levels.push_back({.minute = kTrendStart + hour * 60, .low = mib, .high = mib});
  }
  return levels;
}

double days_of(Duration span) {
  return double(span.count()) / (24 * 3'600'000.0);
}

TEST(TrendTest, OfALineIsThatLine) {
  // 24 MiB a day for 41 days, and room for 34 more.
  const auto levels = levels_of(41 * 24 + 1, [](double hour) { return 5000 + hour; });
  const Trend trend = trend_of(levels, 34 * 24);
  ASSERT_EQ(trend.growth, Growth::Forecast);
  EXPECT_EQ(trend.span, std::chrono::hours(41 * 24));
  EXPECT_NEAR(days_of(trend.full_in), 34, 0.1);
  EXPECT_NEAR(days_of(trend.full_in_min), 34, 0.1);
  EXPECT_NEAR(days_of(*trend.full_in_max), 34, 0.1);
}

TEST(TrendTest, SaysNothingOfTooLittle) {
  const auto line = [](double hour) { return 5000 + hour * 100; };
  EXPECT_EQ(trend_of({}, 1).growth, Growth::NotKnown);
  EXPECT_EQ(trend_of(levels_of(24, line), 1).growth, Growth::NotKnown);
  EXPECT_EQ(trend_of(levels_of(25, line), 1000).growth, Growth::Forecast);
  auto few = levels_of(25, line);
  few.erase(few.begin() + 1, few.begin() + 20);
  EXPECT_EQ(trend_of(few, 1).growth, Growth::NotKnown);
}

TEST(TrendTest, SawTeethAreNoGrowth) {
  // Each night, or each week, all is taken away again.
  for (const int period : {24, 7 * 24}) {
    const auto levels =
        levels_of(41 * 24, [&](double hour) { return 5000 + 10 * double(int(hour) % period); });
    EXPECT_EQ(trend_of(levels, 10'000).growth, Growth::None) << period;
  }
}

TEST(TrendTest, SawTeethUponALineShowTheLine) {
  const auto levels =
      levels_of(41 * 24, [](double hour) { return 5000 + hour + 20 * double(int(hour) % 24); });
  const Trend trend = trend_of(levels, 2400);
  ASSERT_EQ(trend.growth, Growth::Forecast);
  EXPECT_NEAR(days_of(trend.full_in), 100, 10);
  EXPECT_LE(trend.full_in_min, trend.full_in);
  EXPECT_GE(*trend.full_in_max, trend.full_in);
}

TEST(TrendTest, TheEarlyEndLeavesRoomForATooth) {
  auto levels = levels_of(10 * 24 + 1, [](double hour) { return 5000 + hour; });
  levels[levels.size() - 10].high += 240;
  const Trend trend = trend_of(levels, 480);
  ASSERT_EQ(trend.growth, Growth::Forecast);
  EXPECT_NEAR(days_of(trend.full_in), 20, 0.1);
  EXPECT_NEAR(days_of(trend.full_in_min), 10, 0.5);
}

TEST(TrendTest, OneCleanUpDoesNotHideGrowth) {
  // A line with 30 % of it taken away at three quarters of the time.
  const auto levels = levels_of(
      40 * 24, [](double hour) { return 10'000 + 10 * hour - (hour > 30 * 24 ? 3000 : 0); });
  const Trend trend = trend_of(levels, 2400);
  ASSERT_EQ(trend.growth, Growth::Forecast);
  // 10 days at the true pace, which is within what is told.
  EXPECT_LE(days_of(trend.full_in_min), 10.5);
  EXPECT_TRUE(!trend.full_in_max || days_of(*trend.full_in_max) >= 10);
}

TEST(TrendTest, WildValuesMoveItLittle) {
  Rng rng(5);
  const auto levels = levels_of(30 * 24, [&](double hour) {
    const bool is_wild = rng.below(20) == 0;  // a large file for an hour
    return 5000 + hour + double(rng.below(20)) + (is_wild ? 8000 : 0);
  });
  const Trend trend = trend_of(levels, 30 * 24);
  ASSERT_EQ(trend.growth, Growth::Forecast);
  EXPECT_NEAR(days_of(trend.full_in), 30, 3);
}

TEST(TrendTest, NoiseAndStandstillAndShrinkingAreNoGrowth) {
  Rng rng(6);
  EXPECT_EQ(trend_of(levels_of(30 * 24, [](double) { return 7; }), 1).growth, Growth::None);
  EXPECT_EQ(trend_of(levels_of(30 * 24, [](double hour) { return 9000 - hour; }), 1).growth,
            Growth::None);
  EXPECT_EQ(
      trend_of(levels_of(30 * 24, [&](double) { return 100 + double(rng.below(50)); }), 1).growth,
      Growth::None);
}

TEST(TrendTest, AFullDiskIsFullNowAndASlowOneNotWithinAYear) {
  const auto levels = levels_of(30 * 24, [](double hour) { return 5000 + hour; });
  const Trend full = trend_of(levels, 0);
  ASSERT_EQ(full.growth, Growth::Forecast);
  EXPECT_EQ(full.full_in, Duration());
  EXPECT_EQ(trend_of(levels, 24 * 400).growth, Growth::Slow);
  EXPECT_EQ(trend_of(levels, UINT64_MAX).growth, Growth::Slow);
}

TEST(TrendTest, HolesInTimeAreTime) {
  auto levels = levels_of(40 * 24 + 1, [](double hour) { return 5000 + hour; });
  levels.erase(levels.begin() + 100, levels.begin() + 700);
  const Trend trend = trend_of(levels, 20 * 24);
  ASSERT_EQ(trend.growth, Growth::Forecast);
  EXPECT_NEAR(days_of(trend.full_in), 20, 0.1);
}

}  // namespace
}  // namespace mainstay::agent
