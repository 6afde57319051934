#include "agent/collect/backup/tool_call.h"

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

TEST(ToolCallTest, NothingIsAskedAfterACallThatDidNotEndInTime) {
  LookTime time;
  EXPECT_TRUE(call_tool({.tool = "/bin/true", .words = {}, .time = time.left()}).has_value());
  EXPECT_EQ(time.group_killed(), 0);
  CallTime little = time.left();
  little.max = std::chrono::milliseconds(1);
  EXPECT_FALSE(call_tool({.tool = "/bin/sleep", .words = {"600"}, .time = little}).has_value());
  EXPECT_GT(time.group_killed(), 0);
  const auto after = call_tool({.tool = "/bin/true", .words = {}, .time = time.left()});
  ASSERT_FALSE(after.has_value());
  EXPECT_TRUE(after.error().detail.contains("time was over")) << after.error().detail;
}

}  // namespace
}  // namespace mainstay::agent::backup
