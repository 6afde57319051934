// What the command refuses before anything is made, signed or sent, and how it says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/document/plan_document.h"
#include "coordinator/cli/certify.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/picture.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string merged(const std::vector<std::string>& words) {
  Labels labels;
  const Status status = merge_labels(labels, words);
  return status ? "accepted" : status.error().detail;
}

TEST(RefusalsTest, LabelsThatNoSelectorCanNameOrNobodyCanSee) {
  EXPECT_EQ(merged({"env=prod", "tier_2=web"}), "accepted");
  EXPECT_THAT(merged({"Env=prod"}), HasSubstr("a-z"));
  EXPECT_THAT(merged({"2nd=prod"}), HasSubstr("begins with a letter"));
  EXPECT_THAT(merged({"env=\x1b[31m"}), HasSubstr("can be seen"));
  EXPECT_THAT(merged({"env=a", "env=b"}), HasSubstr("given twice"));
}

class InitTest : public ::testing::Test {
 protected:
  std::string refusal_of(const std::string& option, const std::string& value) {
    Invocation call{.command = "init",
                    .values = {{"directory", {::testing::TempDir() + "never/made"}},
                               {"fleet", {"acme"}},
                               {"operator", {"ana"}},
                               {"config", {::testing::TempDir() + "never/client.conf"}}}};
    call.values[option] = {value};
    Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
    const auto done = init(session);
    return done ? "made" : done.error().detail;
  }
  ClientConfig config_;
  FakeCentre centre_;
  TextScreen screen_;
};

TEST_F(InitTest, EndpointsThatCannotBeDialled) {
  EXPECT_THAT(refusal_of("listen", "foo"), HasSubstr("--listen: expected tcp://ADDRESS:PORT"));
  EXPECT_THAT(refusal_of("listen", "tcp://127.0.0.1:99999"), HasSubstr("found"));
  EXPECT_THAT(refusal_of("gate", "tcp://127.0.0.1:1\nfleet: x"), HasSubstr("--gate"));
  EXPECT_THAT(refusal_of("enrolment", "tcp://0.0.0.0:7441"), HasSubstr("others dial"));
  EXPECT_THAT(refusal_of("gate", "tcp://127.0.0.1:7439"), HasSubstr("must differ"));
  EXPECT_THAT(refusal_of("listen", ""), HasSubstr("--listen"));
  EXPECT_THAT(refusal_of("listen", "tcp://127.0.0.1:1"), HasSubstr("say who signs"));
}

TEST_F(InitTest, SpansThatWouldStopTheFleet) {
  EXPECT_THAT(refusal_of("beacon-interval", "5h"), HasSubstr("--beacon-interval"));
  EXPECT_THAT(refusal_of("permit-lifetime", "0s"), HasSubstr("--permit-lifetime"));
}

TEST(RefusalsTest, AScopeThatIsGivenButEmpty) {
  const Invocation call{.command = "operator add",
                        .values = {{"NAME", {"ben"}},
                                   {"key", {std::string(64, 'a')}},
                                   {"link-key", {std::string(64, 'b')}},
                                   {"role", {"operator"}},
                                   {"scope", {""}}}};
  const ClientConfig config;
  FakeCentre centre;
  TextScreen screen;
  Session session{.call = call, .config = config, .centre = centre, .screen = screen};
  const auto added = operator_add(session);
  ASSERT_FALSE(added);
  EXPECT_THAT(added.error().detail, HasSubstr("--scope is empty"));
}

TEST(RefusalsTest, WhatItQuotesDoesNotActOnTheTerminal) {
  TextScreen screen;
  const int code = run_command_line({"status", "--config", "/tmp/\x1b[31mx"}, screen);
  EXPECT_NE(code, 0);
  EXPECT_THAT(screen.noted, HasSubstr("\\x1b[31mx"));
  EXPECT_THAT(screen.noted, Not(HasSubstr("\x1b")));
}

TEST(RefusalsTest, WrongWordsAreToldBeforeAMissingConfiguration) {
  const auto told = [](std::vector<std::string> words) {
    TextScreen screen;
    words.insert(words.end(), {"--config", "/no/such/client.conf"});
    EXPECT_EQ(run_command_line(words, screen), 2);
    return screen.noted;
  };
  EXPECT_THAT(told({"host", "list", "--columns", "region,a b"}), HasSubstr("found `a b`"));
  EXPECT_THAT(told({"host", "list", "--sort", "!"}), HasSubstr("--sort: expected"));
  EXPECT_THAT(told({"host", "list", "--where", ""}), HasSubstr("--where is empty"));
  EXPECT_THAT(told({"host", "show", "Web 1"}), HasSubstr("is no host id"));
  EXPECT_THAT(told({"report", "weather"}), HasSubstr("is none of patch"));
  EXPECT_THAT(told({"snooze", "N-3184", "--until", "soon"}), HasSubstr("--until: expected"));
  for (const auto& words : {std::vector<std::string>{"host", "list", "--columns", "region"},
                            {"status"},
                            {"report", "patch"},
                            {"start", "november"}}) {
    EXPECT_THAT(told(words), HasSubstr("/no/such/client.conf"));
  }
}

TEST(RefusalsTest, PlanPrintedForReuseReadsAsTheSamePlan) {
  constexpr std::string_view kText = R"(kind: plan
name: november
reason: "umlaut \u00e4, control \u009b, \"quote\""
targets: role = web
steps:
  - patch: {packages: all, within: 2m}
  - check: {argv: [/bin/true], within: 30s}
order: {waves: ["zone = a", 1, 25%, rest], concurrency: 7}
budget:
  - {per: [role, zone], min_healthy: 70%}
advance: {bake: 15m, failures: 1%}
valid: 36h
)";
  const WallTime now = wall_from_ms(1000);
  const auto plan = document::read_plan(kText, "p", now);
  ASSERT_TRUE(plan.has_value()) << plan.error().detail;
  const std::string printed = plan_yaml(*plan, plan->header.not_after - now);
  EXPECT_THAT(printed, HasSubstr("within: 120s"));
  EXPECT_THAT(printed, Not(HasSubstr("\u009b")));
  const auto again = document::read_plan(printed, "p", now);
  ASSERT_TRUE(again.has_value()) << again.error().detail << printed;
  EXPECT_EQ(plan_yaml(*again, again->header.not_after - now), printed);
  EXPECT_EQ(again->header.not_after, plan->header.not_after);
  EXPECT_EQ(again->reason, plan->reason);
}

}  // namespace
}  // namespace mainstay::cli
