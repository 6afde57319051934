#include "agent/collect/resource/resource.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

TEST(ResourceTest, TellsFreeSpaceInPercent) {
  const auto percent = disk_free_percent("/");
  ASSERT_TRUE(percent.has_value());
  EXPECT_GE(*percent, 0);
  EXPECT_LE(*percent, 100);
}

TEST(ResourceTest, SaysWhichPathIsMissing) {
  const auto percent = disk_free_percent("/no/such/folder");
  ASSERT_FALSE(percent.has_value());
  EXPECT_EQ(percent.error().detail, "/no/such/folder: No such file or directory");
}

}  // namespace
}  // namespace mainstay::agent
