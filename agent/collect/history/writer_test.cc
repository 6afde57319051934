#include "agent/collect/history/writer.h"

#include <cerrno>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/collect/history/reader.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t kHour = 500'000;  // since 1970, in 2027
constexpr std::uint32_t kStart = kHour * 60;
constexpr WallTime wall_of(std::uint32_t minute) {
  return wall_from_ms(minute * 60'000L);
}

class HistoryWriterTest : public testing::Test {
 protected:
  void SetUp() override { path_ = folder_ + "/history"; }

  static MinuteValues values_of(std::uint32_t minute, std::uint32_t load) {
    MinuteValues values;
    values.minute = minute;
    values[Series::Load] = load;
    return values;
  }
  static void put(HistoryWriter& writer, std::uint32_t minute, std::uint32_t load,
                  ClockState clock = ClockState::Synchronised) {
    writer.put(values_of(minute, load), clock);
  }
  History read(std::uint32_t now) const {
    auto history = read_history(path_, wall_of(now));
    EXPECT_TRUE(history.has_value());
    return history.has_value() ? std::move(*history) : History();
  }
  std::vector<std::uint32_t> loads(std::uint32_t now) const {
    std::vector<std::uint32_t> all;
    for (const MinuteValues& minute : read(now).minutes) all.push_back(minute[Series::Load]);
    return all;
  }

  const TestFolder own_;
  const std::string folder_ = own_.path();
  std::string path_;
};

TEST_F(HistoryWriterTest, HasItsFullSizeAtOnceAndNeverGrows) {
  HistoryWriter writer(path_);
  EXPECT_EQ(std::filesystem::file_size(path_), kHistoryBytes);
  for (std::uint32_t i = 0; i < 4000; ++i) put(writer, kStart + i, i);
  EXPECT_EQ(std::filesystem::file_size(path_), kHistoryBytes);
  EXPECT_TRUE(writer.state().has_value());
  const History history = read(kStart + 3999);
  EXPECT_EQ(history.minutes.size(), kMinutesKept);
  EXPECT_EQ(history.minutes.front()[Series::Load], 4000 - kMinutesKept);
  EXPECT_EQ(history.minutes.back()[Series::Load], 3999U);
  EXPECT_EQ(history.hours.size(), 66U);  // the last is going on
  EXPECT_EQ(history.damaged, 0U);
}

TEST_F(HistoryWriterTest, SumsUpAnHour) {
  HistoryWriter writer(path_);
  for (std::uint32_t i = 0; i < 61; ++i) put(writer, kStart + i, 100 + i);
  const History history = read(kStart + 61);
  ASSERT_EQ(history.hours.size(), 1U);
  EXPECT_EQ(history.hours[0].hour, kHour);
  EXPECT_EQ(history.hours[0].minutes, 60U);
  const HourSummary expected{.min = 100, .mean = 129, .p95 = 156, .max = 159};
  EXPECT_EQ(history.hours[0].series[static_cast<std::size_t>(Series::Load)], expected);
  EXPECT_EQ(history.hours[0].series[static_cast<std::size_t>(Series::CpuBusy)], HourSummary());
}

TEST_F(HistoryWriterTest, GoesOnAfterEachKill) {
  for (std::uint32_t i = 0; i < 130; ++i) {
    HistoryWriter writer(path_);  // nothing is left to be done at its end
    put(writer, kStart + i, i);
  }
  const History history = read(kStart + 130);
  EXPECT_EQ(history.minutes.size(), 130U);
  ASSERT_EQ(history.hours.size(), 2U);
  EXPECT_EQ(history.hours[0].minutes, 60U);
  EXPECT_EQ(history.hours[1].minutes, 60U);
}

TEST_F(HistoryWriterTest, ClosesAnHourThatADeadWriterLeftOpen) {
  {
    HistoryWriter writer(path_);
    for (std::uint32_t i = 0; i < 50; ++i) put(writer, kStart + i, i);
  }
  HistoryWriter writer(path_);
  put(writer, kStart + 20 * 60, 7);
  const History history = read(kStart + 20 * 60);
  ASSERT_EQ(history.hours.size(), 1U);
  EXPECT_EQ(history.hours[0].minutes, 50U);
}

TEST_F(HistoryWriterTest, AClockSetBackTellsNoMinuteTwice) {
  HistoryWriter writer(path_);
  for (std::uint32_t i = 0; i < 90; ++i) put(writer, kStart + i, 1);
  for (std::uint32_t i = 20; i < 95; ++i) put(writer, kStart + i, 2);
  const History history = read(kStart + 100);
  EXPECT_EQ(history.minutes.size(), 95U);
  EXPECT_EQ(history.minutes[89][Series::Load], 1U);
  EXPECT_EQ(history.minutes[90][Series::Load], 2U);
  EXPECT_EQ(writer.skipped(), 70U);
  ASSERT_FALSE(history.hours.empty());
  EXPECT_EQ(history.hours[0].minutes, 60U);
  EXPECT_EQ(history.hours[0].series[static_cast<std::size_t>(Series::Load)].max, 1U);
}

TEST_F(HistoryWriterTest, AStartWithAClockFarBackTakesNothingAway) {
  {
    HistoryWriter writer(path_);
    for (std::uint32_t i = 0; i < kMinutesKept; ++i) put(writer, kStart + i, i);
  }
  {
    HistoryWriter writer(path_);  // a battery that is dead: 1980
    for (std::uint32_t i = 0; i < 500; ++i)
      put(writer, 5'260'000 + i, 9, ClockState::NotSynchronised);
    EXPECT_EQ(writer.skipped(), 500U);
  }
  EXPECT_EQ(read(kStart + kMinutesKept - 1).minutes.size(), kMinutesKept);
}

TEST_F(HistoryWriterTest, WhatAWrongClockWroteAheadGivesWayToOneThatIsKept) {
  HistoryWriter writer(path_);
  const std::uint32_t ahead = kStart + 200 * kMinutesKept;
  for (std::uint32_t i = 0; i < 10; ++i) put(writer, ahead + i, 9, ClockState::NotSynchronised);
  EXPECT_EQ(read(kStart).ahead, 10U);
  EXPECT_TRUE(read(kStart).minutes.empty());
  put(writer, kStart, 1, ClockState::NotSynchronised);
  EXPECT_TRUE(loads(kStart + 10).empty());
  put(writer, kStart + 1, 2, ClockState::Synchronised);
  EXPECT_THAT(loads(kStart + 10), ElementsAre(2));
}

TEST_F(HistoryWriterTest, ADisksPlaceBeginsWithIt) {
  HistoryWriter writer(path_);
  std::vector<std::string> mounts;
  for (char name = 'a'; name < 'j'; ++name) mounts.push_back(std::string("/") + name);
  EXPECT_THAT(writer.places_of(mounts, kStart), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, kHistoryDisks));
  MinuteValues values = values_of(kStart, 1);
  values.disk(1) = 500;
  writer.put(values, ClockState::Synchronised);
  mounts.erase(mounts.begin() + 1);
  EXPECT_EQ(writer.places_of(mounts, kStart + 1).back(), 1U);
  values = values_of(kStart + 1, 1);
  values.disk(1) = 40;
  writer.put(values, ClockState::Synchronised);
  HistoryWriter other(path_);
  EXPECT_EQ(other.places_of(mounts, kStart + 2).back(), 1U);
  const auto levels = disk_levels(read(kStart + 2), "/i");
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_EQ(levels[0].low_mib, 40U);
  EXPECT_TRUE(disk_levels(read(kStart + 2), "/b").empty());
}

TEST_F(HistoryWriterTest, OtherVersionsStartAnewAndDamagedHeadersDoNot) {
  {
    HistoryWriter writer(path_);
    put(writer, kStart, 5);
  }
  {
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    FILE* const file = std::fopen(path_.c_str(), "r+");
    ASSERT_NE(file, nullptr);
    std::fputs("?", file);
    std::fclose(file);
  }
  HistoryWriter writer(path_);
  EXPECT_THAT(loads(kStart), ElementsAre(5));
}

TEST_F(HistoryWriterTest, FollowsNoLinkAndTakesNoFolder) {
  std::filesystem::create_symlink("/dev/null", path_);
  EXPECT_FALSE(HistoryWriter(path_).state().has_value());
  EXPECT_FALSE(HistoryWriter(folder_).state().has_value());
  EXPECT_FALSE(read_history(folder_ + "/none", wall_of(kStart)).has_value());
}

TEST_F(HistoryWriterTest, KeepsAnHourInMemoryUntilThereIsRoom) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 65'536, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  HistoryWriter writer(path_);
  EXPECT_FALSE(writer.state().has_value());
  writer.places_of(std::vector<std::string>{"/"}, kStart + 30);
  for (std::uint32_t i = 30; i < 60; ++i) put(writer, kStart + i, i);
  EXPECT_FALSE(writer.state().has_value());
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  put(writer, kStart + 60, 60);
  EXPECT_TRUE(writer.state().has_value());
  const History history = read(kStart + 60);
  EXPECT_EQ(history.minutes.size(), 31U);
  ASSERT_EQ(history.hours.size(), 1U);
  EXPECT_EQ(history.hours[0].minutes, 30U);
  EXPECT_EQ(history.disks[0].mount, "/");
}

TEST_F(HistoryWriterTest, AFullDiskIsSaidAndHarmsNothing) {
  if (::mount("none", folder_.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "SKIP: a small file system needs root";
  }
  {
    HistoryWriter writer(path_);
    ASSERT_FALSE(writer.state().has_value());
    EXPECT_NE(writer.state().error().detail.find("No space left"), std::string::npos);
    for (std::uint32_t i = 0; i < 200; ++i) put(writer, kStart + i, i);
    EXPECT_FALSE(writer.state().has_value());
  }
  EXPECT_EQ(::umount2(folder_.c_str(), MNT_DETACH), 0);
}

TEST_F(HistoryWriterTest, ADiskThatFillsUpLaterTakesNothingAway) {
  if (::mount("none", folder_.c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "SKIP: a small file system needs root";
  }
  {
    HistoryWriter writer(path_);
    ASSERT_TRUE(writer.state().has_value());
    const int filler = ::open((folder_ + "/filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::string text(4096, 'x');
    while (::write(filler, text.data(), text.size()) > 0) {
    }
    EXPECT_EQ(errno, ENOSPC);
    ::close(filler);
    for (std::uint32_t i = 0; i < 200; ++i) put(writer, kStart + i, i);
    EXPECT_TRUE(writer.state().has_value());
    EXPECT_EQ(read(kStart + 199).minutes.size(), 200U);
  }
  EXPECT_EQ(::umount2(folder_.c_str(), MNT_DETACH), 0);
}

}  // namespace
}  // namespace mainstay::agent
