#include <gtest/gtest.h>

#include "coordinator/gate/sender_limiter.h"
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

LinkKey key(unsigned char number) {
  LinkKey made;
  made.value[0] = std::byte{number};
  return made;
}

TEST(SenderLimiter, LetsABurstThroughAndThenAnEvenPace) {
  SenderLimiter limiter({.per_second = 10, .burst = 5}, 100);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter.admit(key(1), instant_from_ms(1000)));
  EXPECT_FALSE(limiter.admit(key(1), instant_from_ms(1000)));
  EXPECT_TRUE(limiter.admit(key(2), instant_from_ms(1000))) << "each key for itself";
  EXPECT_FALSE(limiter.admit(key(1), instant_from_ms(1099)));
  EXPECT_TRUE(limiter.admit(key(1), instant_from_ms(1100)));
  EXPECT_FALSE(limiter.admit(key(1), instant_from_ms(1100)));
  int passed = 0;
  for (int ms = 1100; ms < 11'100; ++ms) {
    passed += limiter.admit(key(1), instant_from_ms(ms)) ? 1 : 0;
  }
  EXPECT_EQ(passed, 99);
}

TEST(SenderLimiter, RemembersABoundedNumberOfKeys) {
  SenderLimiter limiter({.per_second = 1, .burst = 2}, 3);
  for (unsigned char i = 1; i <= 3; ++i) {
    EXPECT_TRUE(limiter.admit(key(i), instant_from_ms(5000)));
  }
  EXPECT_FALSE(limiter.admit(key(4), instant_from_ms(5000)));
  EXPECT_TRUE(limiter.admit(key(1), instant_from_ms(5000))) << "who is known goes on";
  EXPECT_TRUE(limiter.admit(key(4), instant_from_ms(6500))) << "the idle ones are forgotten";
}

}  // namespace
}  // namespace mainstay
