// What is said of a disk whose history was written, by the real writer, under a clock that jumped.
#include <algorithm>

#include <gtest/gtest.h>

#include "agent/collect/history/writer.h"
#include "agent/collect/resource/disks/trend.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kBegin = 30'000'000;  // minutes since 1970
constexpr std::int64_t kDayMinutes = 24L * 60;
constexpr std::uint64_t kRoomMib = 34UL * 24;  // a MiB an hour: 34 days, however long it runs

/// With a clock that somebody says to keep right, and one that nobody keeps.
class TrendClockTest : public testing::TestWithParam<ClockState> {
 protected:
  /// Minutes that pass while the clock is wrong by `ahead` minutes.
  void run(std::int64_t minutes, std::int64_t ahead) {
    for (std::int64_t i = 0; i < minutes; ++i) {
      ++passed_;
      now_ = static_cast<std::uint32_t>(kBegin + passed_ + ahead);
      const std::size_t place = writer_.places_of(std::vector<std::string>{"/"}, now_)[0];
      MinuteValues values;
      values.minute = now_;
      values.values[kHostHistory.series_of(place)] =
          static_cast<std::uint32_t>(5000 + passed_ / 60);
      writer_.put(values, GetParam());
    }
  }
  Trend trend() const {
    const auto history =
        read_history(kHostHistory, folder_.file("history"), wall_from_ms(now_ * 60'000L));
    EXPECT_TRUE(history.has_value());
    const auto levels = levels_of(*history, "/");
    EXPECT_TRUE(std::ranges::is_sorted(levels, std::less<>(), &UsedLevel::minute));
    // An hour that was closed early stands for its end.
    EXPECT_TRUE(levels.empty() || levels.back().minute / 60 <= now_ / 60) << "of a time to come";
    return trend_of(levels, kRoomMib);
  }
  /// It may say that it does not know; not what is not so.
  void expect_no_lie(const char* when) const {
    const Trend told = trend();
    if (told.growth != Growth::Forecast) return;
    EXPECT_GT(told.full_in, std::chrono::days(17)) << when;
    EXPECT_LT(told.full_in, std::chrono::days(68)) << when;
  }

  const TestFolder folder_;
  HistoryWriter writer_{kHostHistory, folder_.file("history")};
  std::int64_t passed_ = 0;
  std::uint32_t now_ = 0;
};

TEST_P(TrendClockTest, TellsNoLieWhileItJumpsAndIsRightAfterwards) {
  run(10 * kDayMinutes, 0);
  ASSERT_EQ(trend().growth, Growth::Forecast);
  run(90, -60);
  expect_no_lie("an hour back");
  run(90, kDayMinutes);
  expect_no_lie("a day forward");
  run(90, 365 * kDayMinutes);
  expect_no_lie("a year forward");
  run(90, 0);
  expect_no_lie("right again");
  for (int day = 0; day < 4; ++day) {
    run(kDayMinutes, 0);
    expect_no_lie("days after");
  }
  EXPECT_EQ(trend().growth, Growth::Forecast);
  EXPECT_GT(trend().span, std::chrono::days(13)) << "nothing was lost";
}

INSTANTIATE_TEST_SUITE_P(EachClock, TrendClockTest,
                         testing::Values(ClockState::Synchronised, ClockState::NotSynchronised));

}  // namespace
}  // namespace mainstay::agent
