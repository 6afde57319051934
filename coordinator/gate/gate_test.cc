#include <gtest/gtest.h>

#include "coordinator/gate/start_limiter.h"

namespace mainstay {
namespace {

TEST(StartLimiter, AdmitsNoMoreThanItsLimitInAnyMinute) {
  StartLimiter limiter(3);
  EXPECT_TRUE(limiter.admit(2, instant_from_ms(0)));
  EXPECT_FALSE(limiter.admit(2, instant_from_ms(1000)));
  EXPECT_TRUE(limiter.admit(1, instant_from_ms(1000)));
  EXPECT_FALSE(limiter.admit(1, instant_from_ms(59'999)));
  EXPECT_TRUE(limiter.admit(2, instant_from_ms(60'000)));
  EXPECT_FALSE(limiter.admit(1, instant_from_ms(60'500)));
  EXPECT_TRUE(limiter.admit(1, instant_from_ms(61'000)));
}

TEST(StartLimiter, AnOrderLargerThanTheLimitNeverPasses) {
  StartLimiter limiter(3);
  EXPECT_FALSE(limiter.admit(4, instant_from_ms(0)));
  EXPECT_TRUE(limiter.admit(3, instant_from_ms(0)));
}

}  // namespace
}  // namespace mainstay
