#include <gtest/gtest.h>

#include "common/core/check.h"
#include "common/select/selector.h"
#include "common/select/test_facts.h"

namespace mainstay {
namespace {

class SelectorEvaluateTest : public testing::Test {
 protected:
  SelectorEvaluateTest() {
    host_.labels = {{"role", "web"}, {"region", "eu"}};
    host_.facts[0] = {.presence = Presence::Known, .number = 3};
    host_.facts[2] = {.presence = Presence::Stale, .number = 1};
    host_.facts[4] = {.presence = Presence::Known, .word = "12"};
    host_.facts[6] = {.presence = Presence::Known, .number = 1};
  }
  static Selector selector(std::string_view text) {
    auto parsed = parse_selector(text, kTestFacts);
    CHECK(parsed.has_value());
    return *parsed;
  }
  Truth truth(std::string_view text) const { return selector(text).evaluate(host_); }

  TestSubject host_;
};

TEST_F(SelectorEvaluateTest, DecidesLabelsAndFacts) {
  EXPECT_EQ(truth("role = web and region in (eu, us) and patch.security > 0"), Truth::True);
  EXPECT_EQ(truth("role != web"), Truth::False);
  EXPECT_EQ(truth("region not in (us, ap)"), Truth::True);
  EXPECT_EQ(truth("patch.security < 3 or patch.security >= 4"), Truth::False);
  EXPECT_EQ(truth("patch.security <= 3 and patch.security in (3, 9)"), Truth::True);
  EXPECT_EQ(truth("os.release = 12 and live"), Truth::True);
  EXPECT_EQ(truth("all"), Truth::True);
}

TEST_F(SelectorEvaluateTest, LeavesMissingAndStaleUndecided) {
  EXPECT_EQ(truth("zone = a"), Truth::Undecided);
  EXPECT_EQ(truth("zone != a"), Truth::Undecided);
  EXPECT_EQ(truth("not zone = a"), Truth::Undecided);
  EXPECT_EQ(truth("backup.age < 26h"), Truth::Undecided);
  EXPECT_EQ(truth("silent"), Truth::Undecided);
  EXPECT_EQ(truth("silent or live"), Truth::True);
  EXPECT_EQ(truth("silent and role = db"), Truth::False);
}

TEST_F(SelectorEvaluateTest, ExistsTurnsAbsenceIntoAnAnswer) {
  EXPECT_EQ(truth("exists role"), Truth::True);
  EXPECT_EQ(truth("exists zone"), Truth::False);
  EXPECT_EQ(truth("exists disk.free"), Truth::False);
  EXPECT_EQ(truth("exists backup.age"), Truth::Undecided);
}

TEST_F(SelectorEvaluateTest, NamesOnlyTheDoubtsThatMatter) {
  const auto doubts = [this](std::string_view text) {
    return selector(text).undecided_because(host_);
  };
  EXPECT_EQ(doubts("(zone = a and role = db) or backup.age > 1h or silent or silent"),
            (std::vector<Doubt>{{"backup.age", Presence::Stale}, {"silent", Presence::Missing}}));
  EXPECT_TRUE(doubts("zone = a or live").empty());
}

}  // namespace
}  // namespace mainstay
