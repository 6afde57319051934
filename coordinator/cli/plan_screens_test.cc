// A plan on the screen, from the centre's answer; and what a script finds in fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/picture.h"
#include "coordinator/cli/render.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kPlan =
    R"({"plan":"P-7f3a9c","name":"november","change":"CHG-1","reason":"CVE","targets":"role = web",)"
    R"("impact":"disruptive","steps":[{"task":"patch","text":"patch: security packages, within 30 m"},)"
    R"({"task":"check","text":"check: /bin/true, within 30 s"}],"in":1,"phase":"frozen",)"
    R"("out":[{"host":"web-2","reason":"silent"}],"regions":[{"region":"eu","hosts":1,"waves":[1]}],)"
    R"("packages":[{"hosts":1,"os":"","set":[{"name":"libtls3:amd64","version":"3.0.2-1+deb12u1"}]}],)"
    R"("budgets":[],"concurrency":1,"failure_limit":0,"failure_limit_of":"1 % of 99 = 0","failures_max":1,"signatures":{"have":0,"need":1},)"
    R"("warnings":[],"not_after":"2026-11-30T20:00:00Z"})";

TEST(PlanScreenTest, ShowsWhoIsOutStepsPackagesAndTheEnd) {
  const Answer plan = answer_of(kPlan);
  EXPECT_EQ(
      render_plan(picture_of(plan)),
      "P-7f3a9c   november   CHG-1      2 hosts match: 1 in, 1 out\n"
      "OUT     1 silent (web-2)\n"
      "WHY     CVE\n"
      "TARGETS role = web\n"
      "STEPS   patch: security packages, within 30 m\n"
      "        check: /bin/true, within 30 s\n"
      "\n"
      "PACKAGES  hosts  set\n"
      "              1  1 package, libtls3:amd64=3.0.2-1+deb12u1\n"
      "\n"
      "REGION  hosts  waves\n"
      "eu          1      1\n"
      "\n"
      "RISK    halts at failure 1 (1 % of 99 = 0); with 1 at once at most 1 host can have failed\n"
      "        nothing of it starts after 2026-11-30 20:00:00 UTC\n"
      "NEEDS   1 signature (disruptive) by a role >= operator whose scope covers it\n"
      "NEXT    mainstay approve P-7f3a9c --start      asks you to type 1\n"
      "        mainstay plan show P-7f3a9c -o markdown    for the change record\n");
}

TEST(PlanScreenTest, IsAPageForAChangeRecord) {
  PlanPicture picture = picture_of(answer_of(kPlan));
  picture.packages[0].packages.emplace_back("open_ssl=3|<0>$\\");
  EXPECT_EQ(plan_markdown(picture),
            "# P-7f3a9c november\n\n"
            "| | |\n| --- | --- |\n"
            "| State | frozen |\n"
            "| Change | CHG-1 |\n"
            "| Reason | CVE |\n"
            "| Targets | role = web |\n"
            "| Hosts | 2 match: 1 in, 1 out |\n"
            "| Left out | 1 silent (web-2) |\n"
            "| Impact | disruptive |\n"
            "| Risk | halts at failure 1 (1 % of 99 = 0); with 1 at once at most 1 host can have "
            "failed |\n"
            "| Valid until | 2026-11-30 20:00:00 UTC |\n"
            "| Signatures | 0 of 1 |\n"
            "\n## Steps\n\n"
            "1. patch: security packages, within 30 m\n"
            "1. check: /bin/true, within 30 s\n"
            "\n## Packages\n\n"
            "| System | Hosts | Packages |\n| --- | ---: | --- |\n"
            "|  | 1 | libtls3:amd64=3.0.2-1+deb12u1<br>open\\_ssl=3\\|\\<0\\>\\$\\\\ |\n"
            "\n## Order\n\n"
            "| Region | Hosts | Waves |\n| --- | ---: | --- |\n"
            "| eu | 1 | 1 |\n");
}

TEST(PlanScreenTest, CountsAllWhoAreOutAndWarnsOfSumsThatDiffer) {
  const PlanPicture picture = picture_of(answer_of(
      R"({"plan":"P-1","name":"n","in":2,"out":[{"host":"a","reason":"silent"}],"out_count":300,)"
      R"("regions":[{"region":"","hosts":1,"waves":[1]}],"phase":"failed"})"));
  for (const std::string& text : {plan_markdown(picture), render_plan(picture)}) {
    EXPECT_THAT(text, HasSubstr("302"));
    EXPECT_THAT(text, HasSubstr("299 more"));
    EXPECT_THAT(text, HasSubstr("these are 1 hosts, not 2: do not sign"));
  }
  EXPECT_THAT(plan_markdown(picture), HasSubstr("| (none) | 1 | 1 |"));
  EXPECT_THAT(plan_markdown(picture), ::testing::Not(HasSubstr("Signatures")));
}

TEST(StatusScreenTest, CountsADuplicateSoThatTheTotalsAddUp) {
  const std::string text = render_status(answer_of(
      R"({"hosts":{"total":3,"live":2,"silent":0,"parked":0,"never_seen":0,"duplicate":1}})"));
  EXPECT_THAT(text, HasSubstr("0 never seen · 1 duplicate\n"));
  EXPECT_THAT(render_status(answer_of(R"({"hosts":{"total":2,"live":2,"duplicate":0}})")),
              HasSubstr("0 never seen\n"));
}

TEST(ActJsonTest, HasFieldsBesideTheText) {
  const Answer act = answer_of(act_json("R-1 started", {{"rollout", "R-1"}, {"records", 7}}));
  EXPECT_EQ(act.text("verdict"), "done");
  EXPECT_EQ(act.text("rollout"), "R-1");
  EXPECT_EQ(act.number("records"), 7);
}

class AuditShowTest : public ::testing::Test {
 protected:
  void page(const std::string& first, std::string_view records) {
    centre_.answers[{View::Audit, first}] =
        to_bytes(R"({"records":)" + std::string(records) + R"(,"head":{"number":3}})");
  }
  FakeCentre centre_;
  TextScreen screen_;
};

TEST_F(AuditShowTest, JsonHasTheRecordsOfEveryPage) {
  page("1", R"([{"number":1,"text":"a"},{"number":2,"text":"b"}])");
  page("3", R"([{"number":3,"text":"c"}])");
  page("4", "[]");
  const Invocation call{.command = "audit show", .values = {{"output", {"json"}}}};
  const ClientConfig config;
  Session session{.call = call, .config = config, .centre = centre_, .screen = screen_};
  ASSERT_TRUE(audit_show(session));
  const Answer shown = answer_of(screen_.printed);
  ASSERT_EQ(shown.items("records").size(), 3U);
  EXPECT_EQ(shown.items("records")[2].text("text"), "c");
  EXPECT_EQ(shown.at("head").number("number"), 3);
}

}  // namespace
}  // namespace mainstay::cli
