// The small world within bounds that the sanitizers can afford; tests/property/long has larger
// ones.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/property/explore.h"

namespace mainstay::model {
namespace {

Explored explored_within(const Purse& most) {
  const Setup setup;
  const Bounds bounds{.most = most, .depth = 100, .states = 6'000, .heal_each = 200};
  std::printf("%s", text_of(bounds).c_str());
  Explored explored = explore(setup, bounds);
  std::printf("%s", text_of(explored).c_str());
  return explored;
}

TEST(SmallWorld, ComesToRestWithoutFaultsAndSeesWholeAttempts) {
  const Explored explored = explored_within({.ticks = 4});
  EXPECT_FALSE(explored.breach.has_value());
  EXPECT_GT(explored.states, 5'000U);
  EXPECT_GT(explored.healed, 0U);
  EXPECT_GT(explored.sights.succeeded, 0U);
  EXPECT_GT(explored.sights.acknowledged, 0U);
}

TEST(SmallWorld, HoldsInEveryStateWithCrashesAndLossesAnywhere) {
  const Explored explored =
      explored_within({.crashes = 2, .repeats = 1, .late = 1, .bad = 1, .acts = 1, .ticks = 4});
  EXPECT_FALSE(explored.breach.has_value());
  EXPECT_GT(explored.states, 5'000U);
  EXPECT_GT(explored.healed, 0U);
  EXPECT_GT(explored.sights.later_terms, 0U);
}

}  // namespace
}  // namespace mainstay::model
