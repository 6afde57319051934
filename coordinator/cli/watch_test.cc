// The live screen's keys: each does what its command does, and none leaves the screen but q.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

class LiveScreen : public TextScreen {
 public:
  [[nodiscard]] bool is_terminal() const override { return true; }
  void redraw(std::string_view text) override { drawn += text; }
  void print(std::string_view text) override { printed += text; }
  std::string drawn;
};

class KeysTest : public ::testing::Test {
 protected:
  KeysTest() {
    centre_.answers[{View::Rollout, "R-1"}] = to_bytes(std::string_view(
        R"({"rollout":"R-1","plan":"P-1","phase":"running","concurrency":3,"concurrency_signed":9,"totals":{"hosts":1,"waiting":1},)"
        R"("waiting":[{"for":"a slot","hosts":1,"first":"web-2","next":"mainstay explain web-2"}]})"));
    centre_.answers[{View::Explain, "web-2"}] =
        to_bytes(std::string_view(R"({"host":"web-2","waiting":false,"text":"waits for web-1"})"));
    centre_.answers[{View::Plan, "P-1"}] = to_bytes(R"({"id":")" + std::string(64, 'a') + R"("})");
    centre_.answers[{View::Control, ""}] = to_bytes(std::string_view(R"({"number":0})"));
  }
  void press(std::deque<char> keys) {
    screen_.keys = std::move(keys);
    const Invocation call{.command = "watch", .values = {{"ROLLOUT", {"R-1"}}}};
    Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
    const auto verdict = watch(session);
    ASSERT_TRUE(verdict) << verdict.error().detail;
    EXPECT_EQ(*verdict, Verdict::Done);
  }
  ClientConfig config_;
  FakeCentre centre_;
  LiveScreen screen_;
};

TEST_F(KeysTest, AreNamedOnTheScreenAndQLeaves) {
  press({'q'});
  EXPECT_THAT(
      screen_.drawn,
      HasSubstr(
          "p pause · a abort · c concurrency · e explain · q leave (it goes on without you)\n"));
  EXPECT_TRUE(centre_.changes.empty());
}

TEST_F(KeysTest, PPauses) {
  press({'p', 'q'});
  ASSERT_EQ(centre_.changes.size(), 1U);
  EXPECT_EQ(std::get<SteerRollout>(centre_.changes[0]).act, RolloutAct::Pause);
  EXPECT_EQ(std::get<SteerRollout>(centre_.changes[0]).rollout, RolloutId{1});
}

TEST_F(KeysTest, AAbortsOnlyOnYes) {
  screen_.answers = {"n", "y"};
  press({'a', 'q'});
  EXPECT_TRUE(centre_.changes.empty());
  EXPECT_THAT(screen_.drawn, HasSubstr("!!  R-1 is not aborted"));
  press({'a', 'q'});
  ASSERT_EQ(centre_.changes.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<AddControl>(centre_.changes[0]));
}

TEST_F(KeysTest, CChangesHowManyAreWorkedOn) {
  screen_.answers = {"two", "", "5"};
  press({'c', 'q'});
  EXPECT_THAT(screen_.asked, HasSubstr("Hosts at once, 1 to 9 [3] "));
  EXPECT_THAT(screen_.drawn, HasSubstr("!!  expected a number of hosts, found `two`"));
  press({'c', 'q'});
  EXPECT_TRUE(centre_.changes.empty());
  press({'c', 'q'});
  ASSERT_EQ(centre_.changes.size(), 1U);
  EXPECT_EQ(std::get<SetConcurrency>(centre_.changes[0]).hosts, 5U);
  EXPECT_EQ(std::get<SetConcurrency>(centre_.changes[0]).rollout, RolloutId{1});
}

TEST_F(KeysTest, EExplainsTheFirstThatWaits) {
  screen_.answers = {""};
  press({'e', 'q'});
  EXPECT_THAT(screen_.printed, HasSubstr("web-2 waits for web-1"));
  EXPECT_THAT(screen_.asked, HasSubstr("Return goes back"));
}

}  // namespace
}  // namespace mainstay::cli
