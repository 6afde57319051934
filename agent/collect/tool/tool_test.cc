#include "agent/collect/tool/tool.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

TEST(ToolTest, TellsWhatAProgramSaidAndHowItEnded) {
  const auto answer = run_tool({.argv = {"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}});
  ASSERT_TRUE(answer.has_value()) << answer.error().detail;
  EXPECT_EQ(answer->exit, 3);
  EXPECT_EQ(answer->output, "out\n");
  EXPECT_EQ(answer->error_output, "err\n");
  EXPECT_FALSE(answer->was_cut);
}

TEST(ToolTest, ASignalIsNoSuccess) {
  const auto answer = run_tool({.argv = {"/bin/sh", "-c", "kill -9 $$"}});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->exit, 137);
}

TEST(ToolTest, GivesUpOnOneThatHangsWithItsChildren) {
  const auto answer = run_tool(
      {.argv = {"/bin/sh", "-c", "sleep 1000 & wait"}, .time_max = std::chrono::milliseconds(50)});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().fault, Fault::Unavailable);
}

TEST(ToolTest, KeepsAndPassesNoMoreThanWasAgreed) {
  const auto answer =
      run_tool({.argv = {"/usr/bin/env"}, .environment = {"A=b"}, .output_bytes_max = 16});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->output.size(), 16U);
  EXPECT_TRUE(answer->was_cut);
  const auto all = run_tool({.argv = {"/usr/bin/env"}, .environment = {"A=b"}});
  EXPECT_EQ(all->output, "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C.UTF-8\nA=b\n");
}

TEST(ToolTest, WhatIsNotThereIsSaid) {
  EXPECT_FALSE(run_tool({.argv = {"/no/such/program"}}).has_value());
  EXPECT_EQ(find_tool("no-such-program"), std::nullopt);
  EXPECT_TRUE(find_tool("env").has_value());
}

}  // namespace
}  // namespace mainstay::agent
