#include "agent/collect/patch/extra_time.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

TEST(ExtraTimeTest, IsWhatTheQuestionsBeforeHaveLeft) {
  constexpr Instant kBegan(std::chrono::hours(3));
  EXPECT_EQ(extra_time(kBegan, kBegan), kExtraUntil);
  EXPECT_EQ(extra_time(kBegan, kBegan + std::chrono::seconds(40)), std::chrono::seconds(5));
  EXPECT_EQ(extra_time(kBegan, kBegan + kExtraUntil), Duration::zero());
  EXPECT_EQ(extra_time(kBegan, kBegan + std::chrono::minutes(2)), Duration::zero());
}

}  // namespace
}  // namespace mainstay::agent
