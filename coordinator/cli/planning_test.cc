// From a document or a command to a plan and its end, against a centre that freezes what it is
// asked to: what is blamed on the document, what `run` shows and how it exits.
#include "coordinator/cli/planning.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Freezes every draft with the host web-1 in it; the rollout R-1 is over at once.
class PlanningCentre : public FakeCentre {
 public:
  Result<Reply> change(RequestAct act) override {
    const auto* draft = std::get_if<DraftPlan>(&act);
    if (draft != nullptr) {
      if (refusal) return std::unexpected(*refusal);
      if (!forgets) freeze(draft->head);
      return Reply{.text = "nonce", .data = {}};
    }
    if (std::holds_alternative<StartPlan>(act)) {
      return Reply{.text = "", .data = to_bytes(std::string_view(R"({"rollout":"R-1"})"))};
    }
    return FakeCentre::change(std::move(act));
  }

  std::optional<Error> refusal;
  bool forgets = false;
  std::string out = "[]";

 private:
  void freeze(PlanHead head) {
    Leaf leaf;
    leaf.host = *HostId::parse("web-1");
    const Bytes bytes = encode(leaf);
    const std::vector digests = {leaf_digest(bytes)};
    head.leaves_root = root_of(digests);
    head.host_count = 1;
    SignedDocument envelope;
    envelope.context = context::kPlanHead;
    envelope.payload = encode(head);
    const PlanId plan = sha256(envelope.payload);
    const std::string id = to_hex(plan.view());
    answers[{View::Plan, "nonce"}] = to_bytes(R"({"plan":")" + short_name(plan) + R"(","id":")" +
                                              id + R"(","phase":"frozen","out":)" + out +
                                              R"(,"in":1,"signatures":{"have":0,"need":1}})");
    answers[{View::PlanBundle, id}] =
        encode(PlanBundle{.head = encode(envelope), .leaves = {bytes}});
    answers[{View::Rollout, "R-1"}] = to_bytes(std::string_view(
        R"({"rollout":"R-1","phase":"finished","totals":{"hosts":1,"succeeded":1},"targets":[)"
        R"({"host":"web-1","state":"succeeded","attempts":[{"number":2,"step":0}]}]})"));
    answers[{View::Log, short_name(plan) + "/0/web-1/2"}] =
        to_bytes(std::string_view(R"({"text":"of this command\n"})"));
    // The host has run another command since.
    answers[{View::Log, "web-1"}] =
        to_bytes(std::string_view(R"({"text":"of another command\n"})"));
  }
};

class PlanningTest : public ::testing::Test {
 protected:
  Result<Verdict> run_it(const std::string& form) {
    const Invocation call{
        .command = "run",
        .values = {{"targets", {"role = web"}}, {"ARGV", {"uptime"}}, {"output", {form}}}};
    Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
    return cli::run(session);
  }
  Error refusal_of_file() {
    const std::string path = ::testing::TempDir() + "planning_test.yaml";
    std::ofstream(path) << "kind: plan\nname: november\ntargets: role = web\n"
                           "steps: [{patch: {packages: security}}]\n";
    const Invocation call{.command = "plan", .values = {{"FILE", {path}}}};
    Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
    const auto verdict = plan_file(session);
    return verdict ? Error{} : verdict.error();
  }

  ClientConfig config_;
  PlanningCentre centre_;
  TextScreen screen_;
};

TEST_F(PlanningTest, RunShowsTheOutputOfItsOwnAttempt) {
  const auto verdict = run_it("text");
  ASSERT_TRUE(verdict) << verdict.error().detail;
  EXPECT_EQ(*verdict, Verdict::Done);
  EXPECT_EQ(screen_.printed, "1 host: web-1\n    of this command\ntotal 1 = 1 succeeded\n");
}

TEST_F(PlanningTest, RunNamesWhoIsOutAndExitsOneForTheUnreachable) {
  centre_.out = R"([{"host":"web-2","reason":"silent"},{"host":"web-3","reason":"silent"}])";
  const auto verdict = run_it("text");
  ASSERT_TRUE(verdict) << verdict.error().detail;
  EXPECT_EQ(*verdict, Verdict::HostFailed);
  EXPECT_THAT(screen_.printed, HasSubstr("OUT     2 silent (web-2, web-3)\n"));
  centre_.out = R"([{"host":"web-2","reason":"never seen"}])";
  EXPECT_EQ(*run_it("text"), Verdict::HostFailed);
  centre_.out = R"([{"host":"web-2","reason":"parked: disk"}])";
  EXPECT_EQ(*run_it("text"), Verdict::Done) << "it is left out on purpose";
}

TEST_F(PlanningTest, RunNamesWhoIsOutInJson) {
  centre_.out = R"([{"host":"web-2","reason":"silent"}])";
  ASSERT_TRUE(run_it("json"));
  const auto answer = Answer::parse(screen_.printed);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->items("out").size(), 1U);
  EXPECT_EQ(answer->items("out")[0].text("host"), "web-2");
  EXPECT_EQ(answer->items("out")[0].text("reason"), "silent");
}

TEST_F(PlanningTest, OnlyTheCentresWordIsBlamedOnTheDocument) {
  centre_.refusal = Error{Fault::Malformed, "the selector matches no host"};
  EXPECT_THAT(refusal_of_file().detail, HasSubstr(":3:10: the selector matches no host"));
  centre_.ready = fail(Fault::Malformed, "a passphrase is needed");
  EXPECT_EQ(refusal_of_file().detail, "a passphrase is needed");
  EXPECT_EQ(refusal_of_file().fault, Fault::Malformed);
}

TEST_F(PlanningTest, ADraftThatIsGoneMeansThatTheCentreRestarted) {
  centre_.forgets = true;
  const Error error = refusal_of_file();
  EXPECT_EQ(verdict_of(error), Verdict::Unreachable);
  EXPECT_EQ(error.detail, "the centre restarted: plan again");
}

}  // namespace
}  // namespace mainstay::cli
