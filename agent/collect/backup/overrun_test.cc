#include "agent/collect/backup/overrun.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent::backup {
namespace {

constexpr WallTime kLooked = WallTime(std::chrono::days(20'000));

class OverrunTest : public testing::Test {
 protected:
  std::string why(std::uint32_t count, Duration ago) {
    return why_not_asked({.count = count, .at = kLooked - ago, .group = 0}, kLooked);
  }
  TestFolder folder_;
  OverrunPlace place_{.folder = folder_.path(), .set = "crm"};
};

TEST_F(OverrunTest, OneThatEndedIsAsked) {
  EXPECT_EQ(why(0, Duration{}), "");
  EXPECT_EQ(overrun_of(place_, kLooked).count, 0U);
}

TEST_F(OverrunTest, OneThatDidNotIsAskedLessAndLess) {
  EXPECT_NE(why(1, std::chrono::minutes(15)), "");
  EXPECT_EQ(why(1, std::chrono::minutes(20)), "");
  EXPECT_NE(why(3, std::chrono::minutes(79)), "");
  EXPECT_EQ(why(3, std::chrono::minutes(80)), "");
  for (std::uint32_t count = 5; count < 20; ++count) {
    EXPECT_NE(why(count, std::chrono::minutes(239)), "");
    EXPECT_EQ(why(count, std::chrono::hours(4)), "");
  }
}

TEST_F(OverrunTest, IsRememberedUntilALookEnds) {
  note_overrun(place_, {.count = 3, .at = kLooked, .group = 4242});
  const Overrun known = overrun_of(place_, kLooked);
  EXPECT_EQ(known.count, 3U);
  EXPECT_EQ(known.at, kLooked);
  EXPECT_EQ(known.group, 4242);
  forget_overrun(place_);
  EXPECT_EQ(overrun_of(place_, kLooked).count, 0U);
}

// Whatever the clock does, it is asked again: at once, or within the pause by the clock as it is.
TEST_F(OverrunTest, AClockThatJumpsKeepsNobodyFromBeingAsked) {
  note_overrun(place_, {.count = 3, .at = kLooked, .group = 0});
  EXPECT_EQ(overrun_of(place_, kLooked - std::chrono::hours(1)).count, 0U) << "set back";
  const WallTime later = kLooked + std::chrono::days(365);
  EXPECT_EQ(why_not_asked(overrun_of(place_, later), later), "") << "set forward";
}

TEST_F(OverrunTest, ARebootAndAnotherDefinitionEndThePause) {
  place_.boot = "one";
  place_.definition = "sftp:a";
  note_overrun(place_, {.count = 3, .at = kLooked, .group = 0});
  EXPECT_EQ(overrun_of(place_, kLooked).count, 3U);
  OverrunPlace place = place_;
  place.boot = "two";
  EXPECT_EQ(overrun_of(place, kLooked).count, 0U);
  place = place_;
  place.definition = "sftp:b";
  EXPECT_EQ(overrun_of(place, kLooked).count, 0U);
}

TEST_F(OverrunTest, TellsWhenItIsAskedAgain) {
  EXPECT_EQ(why(2, std::chrono::minutes(10)),
            "its last look did not end in time; it is asked again at 2024-10-04 00:30:00 UTC");
}

/// Its first thread has ended, as by a kill; another waits in the kernel, for a child's end.
[[noreturn]] void wait_in_second_thread() {
  ::setpgid(0, 0);
  std::thread waiting([] {
    if (::syscall(SYS_clone, CLONE_VFORK | SIGCHLD, nullptr, nullptr, nullptr, nullptr) == 0) {
      for (;;) ::pause();
    }
  });
  for (;;) ::syscall(SYS_exit, 0);
}

TEST_F(OverrunTest, AThreadThatWaitsIsLeft) {
  const pid_t group = ::fork();
  if (group == 0) wait_in_second_thread();
  const Overrun overrun{.count = 0, .at = kLooked, .group = group};
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const auto is_zombie = [&] {
    std::string stat;
    std::getline(std::ifstream("/proc/" + std::to_string(group) + "/stat"), stat);
    return stat.contains(") Z ");
  };
  bool was_left = false;
  while (!was_left && std::chrono::steady_clock::now() < until) {
    was_left = is_zombie() && !why_not_asked(overrun, kLooked).empty();
  }
  EXPECT_TRUE(was_left);
  ::kill(-group, SIGKILL);
  ::waitpid(group, nullptr, 0);
}

TEST_F(OverrunTest, AProcessThatOnlyRunsIsNotOneThatWasLeft) {
  EXPECT_EQ(why_not_asked({.count = 0, .at = kLooked, .group = ::getpgrp()}, kLooked), "");
}

TEST_F(OverrunTest, WhatIsDamagedIsNotBelieved) {
  note_overrun(place_, {.count = 3, .at = kLooked, .group = 1});
  std::ofstream(folder_.file("crm.overrun"), std::ios::app) << "overruns: 9\n";
  EXPECT_EQ(overrun_of(place_, kLooked).count, 0U);
}

}  // namespace
}  // namespace mainstay::agent::backup
