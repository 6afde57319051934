#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/collect/history/minute_mean.h"
#include "agent/collect/history/reader.h"
#include "agent/collect/history/summary.h"
#include "agent/collect/history/writer.h"
#include "common/loop/files.h"
#include "common/ports/test_folder.h"
#include "common/store/record.h"

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
  const HourValues hour = summary_of(kHostHistory, kOneHour, std::vector{minute, other});
  EXPECT_EQ(hour.minutes, 1U);
  const HourSummary expected{.min = 7, .mean = 7, .p95 = 7, .max = 7};
  EXPECT_EQ(hour[Series::Load], expected);
}

// Files of hosts that were there before other kinds of history were.
TEST(HistoryFormatTest, AHostsFileIsByteForByteWhatItWas) {
  const TestFolder folder;
  const std::string path = folder.file("history");
  {
    HistoryWriter writer(kHostHistory, path);
    writer.places_of(std::vector<std::string>{"/", "/var"}, kOneStart);
    for (std::uint32_t i = 0; i < 130; ++i) {
      MinuteValues values;
      values.minute = kOneStart + i;
      for (std::uint32_t series = 0; series < 20; ++series)
        values.values[series] = i * 100 + series;
      writer.put(values, ClockState::Synchronised);
    }
    writer.places_of(std::vector<std::string>{"/", "/srv"}, kOneStart + 130);
  }
  const auto file = loop::read_file(path, kHostHistory.file_bytes());
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->size(), 929'792U);
  EXPECT_EQ(store::crc32c(*file), 1166232575U);
}

TEST(LevelsTest, AreTheLowestOfEachHourAndOfTheOneGoingOn) {
  History history;
  history.owners[2] = {.name = "/var", .since_minute = kOneStart + 30};
  for (std::uint32_t i = 0; i < 3; ++i) {
    HourValues hour{.hour = kOneHour + i, .minutes = 60};
    hour.series[kHostHistory.series_of(2)].min = 10 + i;
    history.hours.push_back(hour);
  }
  for (std::uint32_t i = 170; i < 190; ++i) {
    MinuteValues minute;
    minute.minute = kOneStart + i;
    minute.values[kHostHistory.series_of(2)] = i;
    history.minutes.push_back(minute);
  }
  const auto levels = levels_of(history, "/var");
  ASSERT_EQ(levels.size(), 3U);  // the first hour was shared with another disk
  EXPECT_EQ(levels[0].low, 11U);
  EXPECT_EQ(levels[1].minute, kOneStart + 179);
  EXPECT_EQ(levels[2].low, 180U);
  EXPECT_EQ(levels[2].high, 189U);
  EXPECT_EQ(levels[2].minute, kOneStart + 189);
  EXPECT_TRUE(levels_of(history, "/").empty());
  EXPECT_TRUE(levels_of(history, "").empty());
}

}  // namespace
}  // namespace mainstay::agent
