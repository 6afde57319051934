#include "coordinator/cli/need_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/bytes.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

class NeedNameTest : public ::testing::Test {
 protected:
  Result<std::string> meant(const std::string& name) {
    TRY(const Answer* const need, find_need(fleet_, name));
    return need->text("text");
  }
  Answer fleet_ =
      *Answer::parse(R"({"needs":[{"id":"N-48213","number":"482130000000000","text":"a"},)"
                     R"({"id":"N-48219","number":"482190000000000","text":"b"}],)"
                     R"("snoozed":[{"id":"N-7001","number":"700123456789012","text":"c"}]})");
};

TEST_F(NeedNameTest, IsAnyBeginningThatFitsOneAlone) {
  EXPECT_EQ(meant("N-48213").value_or(""), "a");
  EXPECT_EQ(meant("N-4821900").value_or(""), "b");
  EXPECT_EQ(meant("N-7001").value_or(""), "c");
  EXPECT_EQ(meant("N-700123456789012").value_or(""), "c");
}

TEST_F(NeedNameTest, ThatFitsSeveralIsRefusedWithTheirNames) {
  const auto both = meant("N-4821");
  ASSERT_FALSE(both);
  EXPECT_THAT(both.error().detail, HasSubstr("several by now: N-48213, N-48219;"));
}

TEST_F(NeedNameTest, IsNoGuess) {
  for (const char* name : {"", "N-", "N-7", "N-700", "N-7002", "N-7001234567890123", "7001"}) {
    const auto found = meant(name);
    ASSERT_FALSE(found) << name;
    EXPECT_THAT(found.error().detail, HasSubstr("open no more"));
  }
}

}  // namespace
}  // namespace mainstay::cli
