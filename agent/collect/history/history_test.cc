#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/collect/history/minute_mean.h"
#include "agent/collect/history/reader.h"
#include "agent/collect/history/summary.h"

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kOneHour = 500'000;
constexpr std::uint32_t kOneStart = kOneHour * 60;

TEST(MinuteMeanTest, IsOfTheSamplesThatHadAValue) {
  MinuteMean mean;
  Sample sample;
  sample.load = Load{.minute = 100};
  mean.add(sample);
  sample.load->minute = 200;
  sample.disks = DiskRates{.read_bytes_per_second = 10'240, .latency_us = UINT64_MAX};
  mean.add(sample);
  const MinuteValues values = mean.take(kOneStart);
  EXPECT_EQ(values.minute, kOneStart);
  EXPECT_EQ(values[Series::Load], 150U);
  EXPECT_EQ(values[Series::DiskRead], 10U);
  EXPECT_EQ(values[Series::DiskLatency], kNoValue - 1);
  EXPECT_EQ(values[Series::CpuBusy], kNoValue);
  EXPECT_EQ(mean.take(kOneStart + 1)[Series::Load], kNoValue);
}

TEST(HourSummaryTest, OfOneMinuteIsThatMinute) {
  MinuteValues minute;
  minute.minute = kOneStart + 5;
  minute[Series::Load] = 7;
  MinuteValues other = minute;
  other.minute = kOneStart + 60;  // of another hour
  const HourValues hour = summary_of(kOneHour, std::vector{minute, other});
  EXPECT_EQ(hour.minutes, 1U);
  const HourSummary expected{.min = 7, .mean = 7, .p95 = 7, .max = 7};
  EXPECT_EQ(hour.series[static_cast<std::size_t>(Series::Load)], expected);
}

TEST(DiskLevelsTest, AreTheLowestOfEachHourAndOfTheOneGoingOn) {
  History history;
  history.disks[2] = {.mount = "/var", .since_minute = kOneStart + 30};
  for (std::uint32_t i = 0; i < 3; ++i) {
    HourValues hour{.hour = kOneHour + i, .minutes = 60};
    hour.series[static_cast<std::size_t>(Series::DiskUsed) + 2].min = 10 + i;
    history.hours.push_back(hour);
  }
  for (std::uint32_t i = 170; i < 190; ++i) {
    MinuteValues minute;
    minute.minute = kOneStart + i;
    minute.disk(2) = i;
    history.minutes.push_back(minute);
  }
  const auto levels = disk_levels(history, "/var");
  ASSERT_EQ(levels.size(), 3U);  // the first hour was shared with another disk
  EXPECT_EQ(levels[0].low_mib, 11U);
  EXPECT_EQ(levels[1].minute, kOneStart + 179);
  EXPECT_EQ(levels[2].low_mib, 180U);
  EXPECT_EQ(levels[2].high_mib, 189U);
  EXPECT_EQ(levels[2].minute, kOneStart + 189);
  EXPECT_TRUE(disk_levels(history, "/").empty());
  EXPECT_TRUE(disk_levels(history, "").empty());
}

}  // namespace
}  // namespace mainstay::agent
