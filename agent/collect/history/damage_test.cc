// A history file cut at any byte, or with any bit turned, costs what was hit and nothing else.
#include <algorithm>
#include <span>

#include <gtest/gtest.h>

#include "agent/collect/history/reader.h"
#include "common/core/rng.h"

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kFileHour = 500'000;
constexpr std::uint32_t kFileStart = kFileHour * 60;
constexpr WallTime kFileNow = wall_from_ms((kFileStart + 30) * 60'000L);

MinuteValues minute_at(std::uint32_t i) {
  MinuteValues values;
  values.minute = kFileStart + i;
  values.values.fill(1000 + i);
  return values;
}

HourValues hour_at(std::uint32_t back) {
  HourValues values{.hour = kFileHour - back, .minutes = 60};
  values.series.fill({.min = back, .mean = back + 1, .p95 = back + 2, .max = back + 3});
  return values;
}

class HistoryDamageTest : public testing::TestWithParam<HistoryLayout> {
 protected:
  const HistoryLayout& layout_ = GetParam();

  History read(ByteView file) const { return read_history_bytes(layout_, file, kFileNow); }
  std::size_t minute_place(std::uint32_t i) const {
    return layout_.place_of_minute(kFileStart + i);
  }
  std::size_t hour_place(std::uint32_t back) const {
    return layout_.place_of_hour(kFileHour - back);
  }
  std::span<std::byte> block_of(Bytes& file, std::size_t at, std::size_t bytes) const {
    return std::span(file).subspan(at, bytes);
  }
  void place_minute(Bytes& file, std::size_t at, const MinuteValues& values) const {
    write_minute(layout_, values, block_of(file, at, layout_.minute_bytes));
  }
  void place_hour(Bytes& file, std::size_t at, const HourValues& values) const {
    write_hour(layout_, values, block_of(file, at, layout_.hour_bytes));
  }
  /// Ten minutes, five hours and two owners.
  Bytes whole_file() const;
  void expect_true(const History& history) const;
};

Bytes HistoryDamageTest::whole_file() const {
  Bytes file(layout_.file_bytes());
  write_header({.kind = layout_.kind}, block_of(file, 0, kHistoryHeaderBytes));
  OwnerTable table{.number = 1};
  table.owners[0] = {.name = "/", .since_minute = 1};
  write_owners(layout_, table, block_of(file, layout_.place_of_table(0), layout_.table_bytes));
  table.number = 2;
  table.owners[layout_.places - 1] = {.name = "/var", .since_minute = kFileStart};
  write_owners(layout_, table, block_of(file, layout_.place_of_table(1), layout_.table_bytes));
  for (std::uint32_t i = 0; i < 10; ++i) place_minute(file, minute_place(i), minute_at(i));
  for (std::uint32_t back = 1; back < 6; ++back) place_hour(file, hour_place(back), hour_at(back));
  return file;
}

/// Whatever is read is what was written.
void HistoryDamageTest::expect_true(const History& history) const {
  const std::size_t count = layout_.series_count();
  for (const MinuteValues& minute : history.minutes) {
    MinuteValues written = minute_at(minute.minute - kFileStart);
    std::ranges::fill(std::span(written.values).subspan(count), kNoValue);
    ASSERT_EQ(minute, written);
  }
  for (const HourValues& hour : history.hours) {
    HourValues written = hour_at(kFileHour - hour.hour);
    std::ranges::fill(std::span(written.series).subspan(count), HourSummary());
    ASSERT_EQ(hour, written);
  }
  for (const HistoryOwner& owner : history.owners) {
    ASSERT_TRUE(owner.name.empty() || owner.name == "/" || owner.name == "/var");
  }
}

TEST_P(HistoryDamageTest, ReadsAllOfAWholeFile) {
  const History history = read(whole_file());
  EXPECT_EQ(history.minutes.size(), 10U);
  EXPECT_EQ(history.hours.size(), 5U);
  EXPECT_EQ(history.owners[layout_.places - 1].name, "/var");
  EXPECT_EQ(history.damaged, 0U);
  expect_true(history);
}

TEST_P(HistoryDamageTest, ACutFileHasWhatIsBeforeTheCut) {
  const Bytes file = whole_file();
  // Each byte of a block of each kind; between the blocks in use nothing changes.
  std::vector<std::size_t> cuts;
  const auto add = [&](std::size_t from, std::size_t bytes) {
    for (std::size_t i = 0; i <= bytes; ++i) cuts.push_back(from + i);
  };
  add(0, kHistoryHeaderBytes);
  add(layout_.place_of_table(1), layout_.table_bytes);
  add(minute_place(9), layout_.minute_bytes);
  add(hour_place(1), layout_.hour_bytes);
  for (const std::size_t cut : cuts) {
    const History history = read(ByteView(file).first(cut));
    expect_true(history);
    const std::size_t minutes_end = minute_place(0) + 10 * layout_.minute_bytes;
    EXPECT_EQ(history.minutes.size() == 10, cut >= minutes_end) << cut;
    EXPECT_LE(history.damaged, 1U) << cut;
  }
}

TEST_P(HistoryDamageTest, ATurnedBitCostsItsBlock) {
  const Bytes whole = whole_file();
  Rng rng(20'261'126);
  for (int round = 0; round < 600; ++round) {
    Bytes file = whole;
    // Three of four within the blocks in use.
    const std::size_t at = round % 4 == 0   ? rng.below(layout_.file_bytes())
                           : round % 4 == 1 ? kOwnerTableAt + rng.below(2 * layout_.table_bytes)
                           : round % 4 == 2 ? minute_place(0) + rng.below(10 * layout_.minute_bytes)
                                            : hour_place(5) + rng.below(5 * layout_.hour_bytes);
    file[at] ^= std::byte(1U << rng.below(8));
    const History history = read(file);
    expect_true(history);
    EXPECT_GE(history.minutes.size() + history.hours.size(), 14U);
    EXPECT_LE(history.damaged, 1U);
    EXPECT_TRUE(round % 4 == 0 || history.damaged == 1) << at;
  }
}

TEST_P(HistoryDamageTest, GarbageIsNoHistory) {
  Rng rng(7);
  Bytes file(layout_.file_bytes());
  for (std::byte& byte : file) byte = std::byte(rng.below(256));
  const History history = read(file);
  EXPECT_TRUE(history.minutes.empty());
  EXPECT_TRUE(history.hours.empty());
  EXPECT_EQ(history.damaged, kMinutesKept + kHoursKept + 2);
}

TEST_P(HistoryDamageTest, AWholeBlockInAnothersPlaceIsDamage) {
  Bytes file(layout_.file_bytes());
  place_minute(file, minute_place(3), minute_at(4));
  place_hour(file, hour_place(3), hour_at(2));
  const History history = read(file);
  EXPECT_TRUE(history.minutes.empty());
  EXPECT_TRUE(history.hours.empty());
  EXPECT_EQ(history.damaged, 2U);
}

INSTANTIATE_TEST_SUITE_P(EachKind, HistoryDamageTest, testing::ValuesIn(kHistoryLayouts));

}  // namespace
}  // namespace mainstay::agent
