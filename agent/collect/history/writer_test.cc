#include "agent/collect/history/writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <utility>

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

/// The same of each kind of history; what is written is the last of its series.
class HistoryWriterTest : public testing::TestWithParam<HistoryLayout> {
 protected:
  void SetUp() override { path_ = folder_ + "/history"; }

  static const HistoryLayout& layout() {
    return *std::ranges::find(kHistoryLayouts, GetParam().kind, &HistoryLayout::kind);
  }
  static std::size_t last() { return layout().series_count() - 1; }
  static MinuteValues values_of(std::uint32_t minute, std::uint32_t value) {
    MinuteValues values;
    values.minute = minute;
    values.values[last()] = value;
    return values;
  }
  static void put(HistoryWriter& writer, std::uint32_t minute, std::uint32_t value,
                  ClockState clock = ClockState::Synchronised) {
    writer.put(values_of(minute, value), clock);
  }
  History read(std::uint32_t now) const {
    auto history = read_history(layout(), path_, wall_of(now));
    EXPECT_TRUE(history.has_value());
    return history.has_value() ? std::move(*history) : History();
  }
  std::vector<std::uint32_t> values(std::uint32_t now) const {
    std::vector<std::uint32_t> all;
    for (const MinuteValues& minute : read(now).minutes) all.push_back(minute.values[last()]);
    return all;
  }
  std::vector<std::string> names_of(std::size_t count) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) names.push_back("/" + std::to_string(i));
    return names;
  }

  const TestFolder own_;
  const std::string folder_ = own_.path();
  std::string path_;
};

TEST_P(HistoryWriterTest, HasItsFullSizeAtOnceAndNeverGrows) {
  HistoryWriter writer(layout(), path_);
  EXPECT_EQ(std::filesystem::file_size(path_), layout().file_bytes());
  for (std::uint32_t i = 0; i < 4000; ++i) put(writer, kStart + i, i);
  EXPECT_EQ(std::filesystem::file_size(path_), layout().file_bytes());
  EXPECT_TRUE(writer.state().has_value());
  const History history = read(kStart + 3999);
  EXPECT_EQ(history.minutes.size(), kMinutesKept);
  EXPECT_EQ(history.minutes.front().values[last()], 4000 - kMinutesKept);
  EXPECT_EQ(history.minutes.back().values[last()], 3999U);
  EXPECT_EQ(history.hours.size(), 66U);  // the last is going on
  EXPECT_EQ(history.damaged, 0U);
}

TEST_P(HistoryWriterTest, SumsUpAnHour) {
  HistoryWriter writer(layout(), path_);
  for (std::uint32_t i = 0; i < 61; ++i) put(writer, kStart + i, 100 + i);
  const History history = read(kStart + 61);
  ASSERT_EQ(history.hours.size(), 1U);
  EXPECT_EQ(history.hours[0].hour, kHour);
  EXPECT_EQ(history.hours[0].minutes, 60U);
  const HourSummary expected{.min = 100, .mean = 129, .p95 = 156, .max = 159};
  EXPECT_EQ(history.hours[0].series[last()], expected);
  EXPECT_EQ(history.hours[0].series[0], HourSummary());
}

TEST_P(HistoryWriterTest, GoesOnAfterEachKill) {
  for (std::uint32_t i = 0; i < 130; ++i) {
    HistoryWriter writer(layout(), path_);  // nothing is left to be done at its end
    put(writer, kStart + i, i);
  }
  const History history = read(kStart + 130);
  EXPECT_EQ(history.minutes.size(), 130U);
  ASSERT_EQ(history.hours.size(), 2U);
  EXPECT_EQ(history.hours[0].minutes, 60U);
  EXPECT_EQ(history.hours[1].minutes, 60U);
}

TEST_P(HistoryWriterTest, ClosesAnHourThatADeadWriterLeftOpen) {
  {
    HistoryWriter writer(layout(), path_);
    for (std::uint32_t i = 0; i < 50; ++i) put(writer, kStart + i, i);
  }
  HistoryWriter writer(layout(), path_);
  put(writer, kStart + 20 * 60, 7);
  const History history = read(kStart + 20 * 60);
  ASSERT_EQ(history.hours.size(), 1U);
  EXPECT_EQ(history.hours[0].minutes, 50U);
}

TEST_P(HistoryWriterTest, AClockSetBackTellsNoMinuteTwice) {
  HistoryWriter writer(layout(), path_);
  for (std::uint32_t i = 0; i < 90; ++i) put(writer, kStart + i, 1);
  for (std::uint32_t i = 20; i < 95; ++i) put(writer, kStart + i, 2);
  const History history = read(kStart + 100);
  EXPECT_EQ(history.minutes.size(), 95U);
  EXPECT_EQ(history.minutes[89].values[last()], 1U);
  EXPECT_EQ(history.minutes[90].values[last()], 2U);
  EXPECT_EQ(writer.skipped(), 70U);
  ASSERT_FALSE(history.hours.empty());
  EXPECT_EQ(history.hours[0].minutes, 60U);
  EXPECT_EQ(history.hours[0].series[last()].max, 1U);
}

TEST_P(HistoryWriterTest, AStartWithAClockFarBackTakesNothingAway) {
  {
    HistoryWriter writer(layout(), path_);
    for (std::uint32_t i = 0; i < kMinutesKept; ++i) put(writer, kStart + i, i);
  }
  {
    HistoryWriter writer(layout(), path_);  // a battery that is dead: 1980
    for (std::uint32_t i = 0; i < 500; ++i)
      put(writer, 5'260'000 + i, 9, ClockState::NotSynchronised);
    EXPECT_EQ(writer.skipped(), 500U);
  }
  EXPECT_EQ(read(kStart + kMinutesKept - 1).minutes.size(), kMinutesKept);
}

TEST_P(HistoryWriterTest, WhatAWrongClockWroteAheadGivesWayToOneThatIsKept) {
  HistoryWriter writer(layout(), path_);
  const std::uint32_t ahead = kStart + 200 * kMinutesKept;
  for (std::uint32_t i = 0; i < 10; ++i) put(writer, ahead + i, 9, ClockState::NotSynchronised);
  EXPECT_EQ(read(kStart).ahead, 10U);
  EXPECT_TRUE(read(kStart).minutes.empty());
  put(writer, kStart, 1, ClockState::NotSynchronised);
  EXPECT_TRUE(values(kStart + 10).empty());
  put(writer, kStart + 1, 2, ClockState::Synchronised);
  EXPECT_THAT(values(kStart + 10), ElementsAre(2));
}

TEST_P(HistoryWriterTest, ATurnThatBeganUnderAClockFarAheadBeginsAnewUnderOneThatIsKept) {
  HistoryWriter writer(layout(), path_);
  const std::vector<std::string> names = {"disk"};
  const auto put_to = [&](std::uint32_t minute, ClockState clock) {
    writer.places_of(names, minute);
    MinuteValues values = values_of(minute, 1);
    values.values[layout().series_of(0)] = 40;
    writer.put(values, clock);
  };
  put_to(kStart + 200 * kMinutesKept, ClockState::NotSynchronised);
  put_to(kStart, ClockState::NotSynchronised);
  EXPECT_TRUE(levels_of(read(kStart), "disk").empty()) << "it may be this one that is wrong";
  put_to(kStart + 1, ClockState::Synchronised);
  const auto levels = levels_of(read(kStart + 1), "disk");
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_EQ(levels[0].minute, kStart + 1);
  HistoryWriter other(layout(), path_);
  EXPECT_EQ(other.owners()[0].since_minute, kStart + 1) << "it is kept";
}

TEST_P(HistoryWriterTest, APlaceBeginsWithItsOwner) {
  HistoryWriter writer(layout(), path_);
  auto names = names_of(layout().places + 1);
  auto places = writer.places_of(names, kStart);
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], i);
  const auto put_to = [&](std::uint32_t minute, std::uint32_t value) {
    MinuteValues values = values_of(minute, 1);
    values.values[layout().series_of(1)] = value;
    writer.put(values, ClockState::Synchronised);
  };
  put_to(kStart, 500);
  const std::string gone = names[1];
  names.erase(names.begin() + 1);
  EXPECT_EQ(writer.places_of(names, kStart + 1).back(), 1U);
  put_to(kStart + 1, 40);
  HistoryWriter other(layout(), path_);
  EXPECT_EQ(other.places_of(names, kStart + 2).back(), 1U);
  const auto levels = levels_of(read(kStart + 2), names.back());
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_EQ(levels[0].low, 40U);
  EXPECT_TRUE(levels_of(read(kStart + 2), gone).empty());
}

TEST_P(HistoryWriterTest, ANewOwnerIsNotToldWhatWasWrittenUnderAClockAhead) {
  HistoryWriter writer(layout(), path_);
  const auto put_to = [&](std::uint32_t minute, std::uint32_t value) {
    MinuteValues values = values_of(minute, value);
    values.values[layout().series_of(0)] = value;
    writer.put(values, ClockState::Synchronised);
  };
  writer.places_of(std::vector<std::string>{"old"}, kStart);
  for (std::uint32_t i = 0; i < 90; ++i) put_to(kStart + i, 500);
  // An hour back; then the place changes hands.
  writer.places_of(std::vector<std::string>{"new"}, kStart + 30);
  for (std::uint32_t i = 30; i < 95; ++i) put_to(kStart + i, 40);
  const auto levels = levels_of(read(kStart + 95), "new");
  ASSERT_EQ(levels.size(), 1U);
  EXPECT_EQ(levels[0].high, 40U);
  EXPECT_EQ(levels[0].low, 40U);
}

TEST_P(HistoryWriterTest, OtherVersionsStartAnewAndDamagedHeadersDoNot) {
  {
    HistoryWriter writer(layout(), path_);
    put(writer, kStart, 5);
  }
  {
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    FILE* const file = std::fopen(path_.c_str(), "r+");
    ASSERT_NE(file, nullptr);
    std::fputs("?", file);
    std::fclose(file);
  }
  HistoryWriter writer(layout(), path_);
  EXPECT_THAT(values(kStart), ElementsAre(5));
}

TEST_P(HistoryWriterTest, AnotherKindsFileStartsAnew) {
  const HistoryLayout& other = layout().kind == HistoryKind::Host ? kServiceHistory : kHostHistory;
  {
    HistoryWriter writer(other, path_);
    put(writer, kStart, 5);
  }
  EXPECT_FALSE(read_history(layout(), path_, wall_of(kStart)).has_value());
  HistoryWriter writer(layout(), path_);
  EXPECT_TRUE(values(kStart).empty());
  EXPECT_EQ(std::filesystem::file_size(path_), layout().file_bytes());
}

TEST_P(HistoryWriterTest, FollowsNoLinkAndTakesNoFolder) {
  std::filesystem::create_symlink("/dev/null", path_);
  EXPECT_FALSE(HistoryWriter(layout(), path_).state().has_value());
  EXPECT_FALSE(HistoryWriter(layout(), folder_).state().has_value());
  EXPECT_FALSE(read_history(layout(), folder_ + "/none", wall_of(kStart)).has_value());
}

TEST_P(HistoryWriterTest, KeepsAnHourInMemoryUntilThereIsRoom) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 65'536, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  HistoryWriter writer(layout(), path_);
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
  EXPECT_EQ(history.owners[0].name, "/");
}

TEST_P(HistoryWriterTest, AFullDiskIsSaidAndHarmsNothing) {
  if (::mount("none", folder_.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "SKIP: a small file system needs root";
  }
  {
    HistoryWriter writer(layout(), path_);
    ASSERT_FALSE(writer.state().has_value());
    EXPECT_NE(writer.state().error().detail.find("No space left"), std::string::npos);
    for (std::uint32_t i = 0; i < 200; ++i) put(writer, kStart + i, i);
    EXPECT_FALSE(writer.state().has_value());
  }
  EXPECT_EQ(::umount2(folder_.c_str(), MNT_DETACH), 0);
}

TEST_P(HistoryWriterTest, ADiskThatFillsUpLaterTakesNothingAway) {
  if (::mount("none", folder_.c_str(), "tmpfs", 0, "size=1200k") != 0) {
    GTEST_SKIP() << "SKIP: a small file system needs root";
  }
  {
    HistoryWriter writer(layout(), path_);
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

std::string kind_of(const testing::TestParamInfo<HistoryLayout>& layout) {
  constexpr std::array kNames = {"Host", "Services", "Inodes"};
  return kNames[std::to_underlying(layout.param.kind)];
}

INSTANTIATE_TEST_SUITE_P(EachKind, HistoryWriterTest, testing::ValuesIn(kHistoryLayouts), kind_of);

}  // namespace
}  // namespace mainstay::agent
