#include "agent/collect/tool/answering.h"

#include <cstdio>
#include <filesystem>
#include <functional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "common/loop/fd.h"
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

TEST_F(AnsweringTest, WhatIsThereAnswersAndLeavesNothing) {
  Answering answering(state_);
  EXPECT_EQ(answering.silence_of("/"), "");
  EXPECT_EQ(answering.silence_of("/nowhere/at/all"), "") << "that is an answer";
  EXPECT_EQ(locks(), 0U);
}

TEST_F(AnsweringTest, WithoutAFolderItAsksAllTheSame) {
  EXPECT_EQ(Answering("").silence_of("/"), "");
  EXPECT_EQ(Answering(state_ + "/none").silence_of("/"), "");
}

/// tests/e2e/hung_mount_test.py has a file system that really hangs.
TEST_F(AnsweringTest, WhileAChildOfAnEarlierLookHangsNoOtherIsStarted) {
  loop::Fd held;
  for (const auto* const path : {"/", "/tmp"}) {
    Answering answering(state_);
    // The lock's file is there only while it asks, so it is made here by the same rule.
    char name[32];
    (void)std::snprintf(name, sizeof name, "asked-%zx", std::hash<std::string>()(path));
    const std::string lock = state_ + "/" + name;
    held.reset(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(::flock(held.get(), LOCK_EX | LOCK_NB), 0);
    EXPECT_THAT(answering.silence_of(path), HasSubstr("an earlier look"));
    held.reset();
    EXPECT_THAT(answering.silence_of(path), HasSubstr("an earlier look")) << "asked once a look";
    EXPECT_EQ(Answering(state_).silence_of(path), "") << "it came back";
    EXPECT_FALSE(fs::exists(lock));
  }
}

}  // namespace
}  // namespace mainstay::agent
