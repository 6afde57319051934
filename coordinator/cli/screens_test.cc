// What screens make of an answer: what is cut says so, what a script reads has fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/text_table.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/fold.h"
#include "coordinator/cli/picture.h"
#include "coordinator/cli/render.h"
#include "coordinator/cli/test_session.h"
#include "coordinator/cli/watch.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

TEST(FitTest, KeepsTheLastLineAndCountsWhatGivesWay) {
  const std::string text = "one\ntwo\nthree\nfour\nfive\nkeys\n";
  EXPECT_EQ(fit_to(text, 0, 0), text);
  EXPECT_EQ(fit_to(text, 0, 7), text);
  EXPECT_EQ(fit_to(text, 0, 5), "one\ntwo\n... 3 more lines\nkeys\n");
  EXPECT_EQ(fit_to("a long line\n", 6, 0), cut_to_width("a long line", 6) + "\n");
}

TEST(FoldTest, TellsAFailedHostFromOneThatPrintedSo) {
  Fold fold;
  fold.add("web-1", {.state = "succeeded", .reason = "", .output = "failed: exit 3\n"});
  fold.add("web-2", {.state = "failed", .reason = "exit 3", .output = ""});
  fold.add("web-3", {.state = "failed", .reason = "exit 3", .output = ""});
  EXPECT_EQ(fold.text(),
            "2 hosts: web-2, web-3\n    failed: exit 3\n1 host: web-1\n    failed: exit 3\n");
  const Answer json = answer_of(fold.json(
      answer_of(R"({"rollout":"R-7","plan":"P-7f3a9c","totals":{"hosts":3,"failed":2}})"), {}));
  ASSERT_EQ(json.items("answers").size(), 2u);
  EXPECT_EQ(json.items("answers")[0].text("state"), "failed");
  EXPECT_EQ(json.items("answers")[1].text("state"), "succeeded");
  EXPECT_EQ(json.at("totals").number("failed"), 2);
  EXPECT_EQ(json.text("rollout"), "R-7");
}

TEST(WatchTest, WaitsForHostsStillAtWorkAfterAnAbort) {
  EXPECT_FALSE(is_over(answer_of(R"({"phase":"aborted","totals":{"working":2}})")));
  EXPECT_TRUE(is_over(answer_of(R"({"phase":"aborted","totals":{"working":0}})")));
}

TEST(PlanPictureTest, TellsTheLargestCauseFirstAndNamesInOrder) {
  PlanPicture picture = picture_of(answer_of(
      R"({"out":[{"host":"web-9","reason":"silent"},{"host":"web-1","reason":"parked: disk"},)"
      R"({"host":"web-2","reason":"silent"}]})"));
  EXPECT_EQ(out_line(picture), "OUT     2 silent (web-2, web-9)   1 parked: disk (web-1)\n");
}

TEST(HostScreenTest, FoldsALongHistoryAndSaysThatItIsSilent) {
  std::string attempts;
  for (int i = 0; i < 11; ++i) {
    attempts += std::string(i == 0 ? "" : ",") + R"({"rollout":"R-)" + std::to_string(i) +
                R"(","task":"patch","outcome":"succeeded","attempt":"a"})";
  }
  const std::string text =
      render_host(answer_of(R"({"host":"web-1","state":"silent","seen_at":"2026-11-25T04:12:00Z",)"
                            R"("os":"debian 12","architecture":"amd64","up_seconds":7200,)"
                            R"("agent_version":"0.1.0","attempts":[)" +
                            attempts + "]}"));
  EXPECT_THAT(text, HasSubstr("debian 12 amd64   up 2 h   agent 0.1.0"));
  EXPECT_THAT(text, HasSubstr("!   SILENT       last heard "));
  EXPECT_THAT(text, HasSubstr("R-7"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("R-8")));
  EXPECT_THAT(text, HasSubstr("3 more: mainstay host show web-1 -o json\n"));
}

class NeedTest : public ::testing::Test {
 protected:
  Result<Verdict> explain_it(const std::string& name, const std::string& form) {
    centre_.answers[{View::Fleet, ""}] = to_bytes(std::string_view(
        R"({"needs":[{"id":"N-318","urgency":"!!","text":"R-1 halted: x","owner":"ana",)"
        R"("since":"2026-11-25T04:12:00Z","since_seconds":120,"next":"mainstay watch R-1"}]})"));
    const Invocation call{.command = "explain", .values = {{"HOST", {name}}, {"output", {form}}}};
    const ClientConfig config;
    Session session{.call = call, .config = config, .centre = centre_, .screen = screen_};
    return explain(session);
  }
  FakeCentre centre_;
  TextScreen screen_;
};

TEST_F(NeedTest, IsExplainedByItsId) {
  ASSERT_TRUE(explain_it("N-318", "text"));
  EXPECT_THAT(screen_.printed, HasSubstr("N-318 !!  R-1 halted: x\n"));
  EXPECT_THAT(screen_.printed, HasSubstr("do        mainstay watch R-1\n"));
}

TEST_F(NeedTest, IsOneObjectInJson) {
  ASSERT_TRUE(explain_it("N-318", "json"));
  EXPECT_EQ(answer_of(screen_.printed).text("next"), "mainstay watch R-1");
}

TEST_F(NeedTest, ThatIsClosedSaysSo) {
  const auto verdict = explain_it("N-1", "text");
  ASSERT_FALSE(verdict);
  EXPECT_THAT(verdict.error().detail, HasSubstr("open no more"));
}

}  // namespace
}  // namespace mainstay::cli
