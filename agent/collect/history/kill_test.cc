// A writer that is killed wherever it happens to be loses nothing that it was done with.
#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/collect/history/reader.h"
#include "agent/collect/history/writer.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kKillStart = 500'000U * 60;

/// Says each minute that is written; never returns.
[[noreturn]] void write_for_ever(const HistoryLayout& layout, const std::string& path, int done) {
  HistoryWriter writer(layout, path);
  for (std::uint32_t minute = kKillStart;; ++minute) {
    MinuteValues values;
    values.minute = minute;
    values.values.fill(minute % 1000);
    writer.put(values, ClockState::Synchronised);
    if (::write(done, &minute, sizeof minute) != sizeof minute) ::_exit(1);
  }
}

class HistoryKillTest : public testing::TestWithParam<HistoryLayout> {};

TEST_P(HistoryKillTest, WhatWasWrittenIsThereAfterAKill) {
  const TestFolder folder;
  for (int round = 0; round < 20; ++round) {
    const std::string path = folder.file("history" + std::to_string(round));
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_for_ever(GetParam(), path, ends[1]);
    ::close(ends[1]);
    std::uint32_t minute = 0;
    for (int i = 0; i < 50 + round * 13; ++i) {
      ASSERT_EQ(::read(ends[0], &minute, sizeof minute), ssize_t{sizeof minute});
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &minute, sizeof minute) == sizeof minute) {
    }
    ::close(ends[0]);
    const auto history = read_history(GetParam(), path, wall_from_ms((minute + 1) * 60'000L));
    ASSERT_TRUE(history.has_value());
    EXPECT_LE(history->damaged, 1U);
    const std::size_t written = std::min<std::size_t>(minute - kKillStart + 1, kMinutesKept - 2);
    EXPECT_GE(history->minutes.size(), written);
    for (const MinuteValues& values : history->minutes) {
      EXPECT_EQ(values.values[GetParam().series_count() - 1], values.minute % 1000);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EachKind, HistoryKillTest, testing::ValuesIn(kHistoryLayouts));

}  // namespace
}  // namespace mainstay::agent
