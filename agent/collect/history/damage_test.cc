// A history file cut at any byte, or with any bit turned, costs what was hit and nothing else.
#include <algorithm>

#include <gtest/gtest.h>

#include "agent/collect/history/reader.h"
#include "common/core/rng.h"

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kFileHour = 500'000;
constexpr std::uint32_t kFileStart = kFileHour * 60;
constexpr WallTime kFileNow = wall_from_ms((kFileStart + 30) * 60'000L);

template <class Block>
void place(Bytes& file, std::size_t at, const Block& block) {
  std::ranges::copy(block, file.begin() + static_cast<std::ptrdiff_t>(at));
}

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

/// Ten minutes, five hours and two disks.
Bytes whole_file() {
  Bytes file(kHistoryBytes);
  place(file, 0, write_header());
  DiskTable table{.number = 1};
  table.disks[0] = {.mount = "/", .since_minute = 1};
  place(file, kDiskTableAt, write_disk_table(table));
  table.number = 2;
  table.disks[1] = {.mount = "/var", .since_minute = kFileStart};
  place(file, kDiskTableAt + kDiskTableBytes, write_disk_table(table));
  for (std::uint32_t i = 0; i < 10; ++i)
    place(file, place_of_minute(kFileStart + i), write_minute(minute_at(i)));
  for (std::uint32_t back = 1; back < 6; ++back)
    place(file, place_of_hour(kFileHour - back), write_hour(hour_at(back)));
  return file;
}

/// Whatever is read is what was written.
void expect_true(const History& history) {
  for (const MinuteValues& minute : history.minutes) {
    ASSERT_EQ(minute, minute_at(minute.minute - kFileStart));
  }
  for (const HourValues& hour : history.hours) ASSERT_EQ(hour, hour_at(kFileHour - hour.hour));
  for (const HistoryDisk& disk : history.disks) {
    ASSERT_TRUE(disk.mount.empty() || disk.mount == "/" || disk.mount == "/var");
  }
}

TEST(HistoryDamageTest, ReadsAllOfAWholeFile) {
  const History history = read_history_bytes(whole_file(), kFileNow);
  EXPECT_EQ(history.minutes.size(), 10U);
  EXPECT_EQ(history.hours.size(), 5U);
  EXPECT_EQ(history.disks[1].mount, "/var");
  EXPECT_EQ(history.damaged, 0U);
  expect_true(history);
}

TEST(HistoryDamageTest, ACutFileHasWhatIsBeforeTheCut) {
  const Bytes file = whole_file();
  // Each byte of a block of each kind; between the blocks in use nothing changes.
  std::vector<std::size_t> cuts;
  const auto add = [&](std::size_t from, std::size_t bytes) {
    for (std::size_t i = 0; i <= bytes; ++i) cuts.push_back(from + i);
  };
  add(0, kHistoryHeaderBytes);
  add(kDiskTableAt + kDiskTableBytes, kDiskTableBytes);
  add(place_of_minute(kFileStart + 9), kMinuteBlockBytes);
  add(place_of_hour(kFileHour - 1), kHourBlockBytes);
  for (const std::size_t cut : cuts) {
    const History history = read_history_bytes(ByteView(file).first(cut), kFileNow);
    expect_true(history);
    const std::size_t minutes_end = place_of_minute(kFileStart) + 10 * kMinuteBlockBytes;
    EXPECT_EQ(history.minutes.size() == 10, cut >= minutes_end) << cut;
    EXPECT_LE(history.damaged, 1U) << cut;
  }
}

TEST(HistoryDamageTest, ATurnedBitCostsItsBlock) {
  const Bytes whole = whole_file();
  Rng rng(20'261'126);
  for (int round = 0; round < 600; ++round) {
    Bytes file = whole;
    // Three of four within the blocks in use.
    const std::size_t at = round % 4 == 0   ? rng.below(kHistoryBytes)
                           : round % 4 == 1 ? kDiskTableAt + rng.below(2 * kDiskTableBytes)
                           : round % 4 == 2
                               ? place_of_minute(kFileStart) + rng.below(10 * kMinuteBlockBytes)
                               : place_of_hour(kFileHour - 5) + rng.below(5 * kHourBlockBytes);
    file[at] ^= std::byte(1U << rng.below(8));
    const History history = read_history_bytes(file, kFileNow);
    expect_true(history);
    EXPECT_GE(history.minutes.size() + history.hours.size(), 14U);
    EXPECT_LE(history.damaged, 1U);
    EXPECT_TRUE(round % 4 == 0 || history.damaged == 1) << at;
  }
}

TEST(HistoryDamageTest, GarbageIsNoHistory) {
  Rng rng(7);
  Bytes file(kHistoryBytes);
  for (std::byte& byte : file) byte = std::byte(rng.below(256));
  const History history = read_history_bytes(file, kFileNow);
  EXPECT_TRUE(history.minutes.empty());
  EXPECT_TRUE(history.hours.empty());
  EXPECT_EQ(history.damaged, kMinutesKept + kHoursKept + 2);
}

TEST(HistoryDamageTest, AWholeBlockInAnothersPlaceIsDamage) {
  Bytes file(kHistoryBytes);
  place(file, place_of_minute(kFileStart + 3), write_minute(minute_at(4)));
  place(file, place_of_hour(kFileHour - 3), write_hour(hour_at(2)));
  const History history = read_history_bytes(file, kFileNow);
  EXPECT_TRUE(history.minutes.empty());
  EXPECT_TRUE(history.hours.empty());
  EXPECT_EQ(history.damaged, 2U);
}

}  // namespace
}  // namespace mainstay::agent
