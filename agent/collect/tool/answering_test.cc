#include "agent/collect/tool/answering.h"

#include <deque>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "agent/collect/resource/disks/held_path.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class AnsweringTest : public ::testing::Test {
 protected:
  std::size_t locks() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(state_), fs::directory_iterator()));
  }
  TestFolder made_;
  std::string state_ = made_.path();
};

TEST_F(AnsweringTest, WhatIsThereAnswersAndOneFileIsLeftForAllLocks) {
  Answering answering(state_);
  EXPECT_EQ(answering.silence_of("/"), "");
  EXPECT_EQ(answering.silence_of("/nowhere/at/all"), "") << "that is an answer";
  EXPECT_EQ(locks(), 1U);
}

TEST_F(AnsweringTest, WithoutAFolderItAsksAllTheSame) {
  EXPECT_EQ(Answering("").silence_of("/"), "");
  EXPECT_EQ(Answering(state_ + "/none").silence_of("/"), "");
}

TEST_F(AnsweringTest, TellsWhyNobodyCouldAsk) {
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const std::string why = Answering("").silence_of("/");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_THAT(why, HasSubstr("no process to ask it: Too many open files"));
}

/// tests/e2e/hung_mount_test.py has a file system that really hangs.
TEST_F(AnsweringTest, WhileAChildOfAnEarlierLookHangsNoOtherAsks) {
  Answering answering(state_);
  {
    const HeldPath held(state_, "/tmp");
    EXPECT_THAT(answering.silence_of("/tmp"), HasSubstr("an earlier look"));
    EXPECT_EQ(answering.silence_of("/"), "") << "another path";
  }
  EXPECT_THAT(answering.silence_of("/tmp"), HasSubstr("an earlier look")) << "asked once a look";
  EXPECT_EQ(Answering(state_).silence_of("/tmp"), "") << "it came back";
}

TEST_F(AnsweringTest, ManySilentPathsAskedAtOnceCostTheOthersNothing) {
  std::vector<std::string> paths = {"/", "/", "/nowhere/at/all"};
  std::deque<HeldPath> held;
  for (int i = 0; i < 6; ++i)
    held.emplace_back(state_, paths.emplace_back("/tmp/" + std::to_string(i)));
  Answering answering(state_);
  answering.ask(paths);
  for (int i = 0; i < 6; ++i) {
    EXPECT_THAT(answering.silence_of("/tmp/" + std::to_string(i)), HasSubstr("an earlier look"));
  }
  EXPECT_EQ(answering.silence_of("/"), "");
  EXPECT_EQ(answering.silence_of("/nowhere"), "")
      << "there is time left for what nobody thought of";
}

/// Each may leave a child that no kill ends, and the unit has so many tasks and no more.
TEST_F(AnsweringTest, AfterSixteenSilentPathsNoOtherIsAsked) {
  std::vector<std::string> paths;
  std::deque<HeldPath> held;
  for (int i = 10; i < 27; ++i)
    held.emplace_back(state_, paths.emplace_back("/tmp/" + std::to_string(i)));
  Answering answering(state_);
  answering.ask(paths);
  EXPECT_THAT(answering.silence_of("/tmp/25"), HasSubstr("an earlier look"));
  EXPECT_THAT(answering.silence_of("/tmp/26"), HasSubstr("was not asked"));
  EXPECT_THAT(answering.silence_of("/"), HasSubstr("was not asked"));
}

}  // namespace
}  // namespace mainstay::agent
