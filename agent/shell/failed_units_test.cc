#include "agent/shell/failed_units.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

TEST(FailedUnitsTest, AreOneCountForHealthAndFact) {
  Looked looked;
  looked.health = Health{.broken_packages = 1, .failed_units = 0};
  add_failed_units(
      "nginx.service loaded failed failed A web server\n"
      "host\\x2dile@$(reboot).service not-found failed failed x\n",
      looked);
  EXPECT_EQ(looked.health->failed_units, 2U);
  EXPECT_EQ(looked.health->broken_packages, 1U);
  ASSERT_EQ(looked.facts.size(), 1U);
  EXPECT_EQ(looked.facts[0].fact, Fact::ServiceFailed);
  EXPECT_EQ(looked.facts[0].value, 2);
}

TEST(FailedUnitsTest, NoneIsKnownToBeNone) {
  Looked looked;
  looked.health = Health{};
  add_failed_units("", looked);
  ASSERT_EQ(looked.facts.size(), 1U);
  EXPECT_EQ(looked.facts[0].value, 0);
}

}  // namespace
}  // namespace mainstay::agent
