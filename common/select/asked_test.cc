#include "common/select/asked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AskedTest, EveryWordThatANameIsComparedWith) {
  EXPECT_THAT(asked_words("role = web and (zone in (a, \"b c\") or not env = test)"),
              ElementsAre(AskedWord{"role", "web"}, AskedWord{"zone", "a"},
                          AskedWord{"zone", "b c"}, AskedWord{"env", "test"}));
}

TEST(AskedTest, LeavesOutWhatHoldsWithoutTheWord) {
  EXPECT_THAT(asked_words("role != web and zone not in (a, b) and exists env or all"), IsEmpty());
  EXPECT_THAT(asked_words("role ="), IsEmpty());
}

}  // namespace
}  // namespace mainstay
