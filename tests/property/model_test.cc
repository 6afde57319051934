// The small world within bounds that the sanitizers can afford; tests/property/long has larger ones.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/property/explore.h"

namespace mainstay::model {
namespace {

TEST(SmallWorld, HoldsInEveryStateAndComesToRest) {
  const Setup setup;
  const Bounds bounds{
      .most = {.crashes = 2, .repeats = 1, .late = 1, .bad = 1, .acts = 1, .ticks = 4},
      .depth = 100,
      .states = 10'000,
      .heal_each = 200};
  const Explored explored = explore(setup, bounds);
  std::printf("%s", text_of(explored).c_str());
  EXPECT_FALSE(explored.breach.has_value());
  EXPECT_GT(explored.states, 5'000U);
  EXPECT_GT(explored.healed, 0U);
}

}  // namespace
}  // namespace mainstay::model
