// What `approve` accepts of the centre, and what it refuses to sign.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/loop/clock.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/planning.h"
#include "coordinator/cli/proposal.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

class ApproveTest : public ::testing::Test {
 protected:
  ApproveTest() {
    head_.header.not_after = loop::walltime_now() + std::chrono::hours(24);
    head_.name = "november";
    head_.targets = "role = web";
    head_.steps.push_back({.task = PatchStep{}});
    head_.order.waves.push_back({.kind = WaveSpec::Kind::Rest});
    add_leaf("web-1", "eu");
    add_leaf("web-2", "us");
  }
  void add_leaf(const std::string& host, const std::string& region) {
    Leaf leaf;
    leaf.host = *HostId::parse(host);
    leaf.region = region;
    leaf.packages.push_back({.name = "openssl:amd64", .version = "3.0.17-1"});
    leaves_.push_back(encode(leaf));
  }
  PlanBundle freeze() {
    std::vector<Digest> digests;
    for (const auto& leaf : leaves_) digests.push_back(leaf_digest(leaf));
    head_.leaves_root = root_of(digests);
    head_.host_count = static_cast<std::uint32_t>(leaves_.size());
    return bundle_of(head_);
  }
  PlanBundle bundle_of(const PlanHead& head) {
    SignedDocument envelope;
    envelope.context = context::kPlanHead;
    envelope.payload = encode(head);
    id_ = sha256(envelope.payload);
    return {.head = encode(envelope), .leaves = leaves_};
  }
  void offer(const PlanBundle& bundle) {
    const std::string id = to_hex(id_.view());
    const Bytes view = to_bytes(R"({"plan":")" + short_name(id_) + R"(","id":")" + id +
                                R"(","phase":"frozen","out":[],"signatures":{"have":0,"need":1}})");
    centre_.answers[{View::Plan, "november"}] = view;
    centre_.answers[{View::Plan, id}] = view;
    centre_.answers[{View::PlanBundle, id}] = encode(bundle);
  }
  Result<Verdict> approve_it(std::map<std::string, std::vector<std::string>> options) {
    options["PLAN"] = {"november"};
    const Invocation call{.command = "approve", .values = std::move(options)};
    Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
    return approve(session);
  }
  std::string check(const PlanBundle& bundle) {
    const auto proposal = check_bundle(encode(bundle), loop::walltime_now());
    return proposal ? "holds" : proposal.error().detail;
  }

  PlanHead head_;
  std::vector<Bytes> leaves_;
  PlanId id_;
  ClientConfig config_;
  FakeCentre centre_;
  TextScreen screen_;
};

TEST_F(ApproveTest, RefusesWhatDoesNotBelongTogether) {
  PlanBundle bundle = freeze();
  EXPECT_EQ(check(bundle), "holds");
  std::swap(bundle.leaves[0], bundle.leaves[1]);
  EXPECT_THAT(check(bundle), HasSubstr("leaves and head do not belong together"));
  bundle = freeze();
  bundle.leaves.pop_back();
  EXPECT_THAT(check(bundle), HasSubstr("its head says 2 hosts, but 1 came"));
  leaves_[1] = leaves_[0];
  EXPECT_THAT(check(freeze()), HasSubstr("web-1 is in it twice"));
}

TEST_F(ApproveTest, RefusesAnEmptyAndAnExpiredPlan) {
  PlanBundle bundle = freeze();
  bundle.leaves.clear();
  EXPECT_THAT(check(bundle), HasSubstr("no hosts"));
  head_.header.not_after = wall_from_ms(0);
  EXPECT_THAT(check(freeze()), HasSubstr("no longer valid"));
}

TEST_F(ApproveTest, SignsExactlyTheCheckedBytesOnTheRightCount) {
  offer(freeze());
  screen_.answers = {"2"};
  const auto verdict = approve_it({});
  ASSERT_TRUE(verdict) << verdict.error().detail;
  EXPECT_THAT(screen_.printed, HasSubstr("openssl:amd64=3.0.17-1"));
  EXPECT_THAT(screen_.asked, HasSubstr("Type the number of hosts (2): "));
  ASSERT_EQ(centre_.changes.size(), 1u);
  const auto& act = std::get<ApprovePlan>(centre_.changes[0]);
  const crypto::Ed25519Check signatures;
  const std::vector trusted = {centre_.signer.key()};
  const auto opened =
      Verifier(signatures).open<PlanHead>(act.head, context::kPlanHead, trusted, wall_from_ms(0));
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(sha256(peek(act.head)->payload), id_);
}

TEST_F(ApproveTest, SignsNothingOnAnotherCount) {
  offer(freeze());
  screen_.answers = {"3"};
  EXPECT_EQ(approve_it({}).error().fault, Fault::Denied);
  EXPECT_EQ(approve_it({{"expect-hosts", {"405"}}}).error().fault, Fault::Denied);
  EXPECT_EQ(approve_it({{"expect", {"P-000000"}}}).error().fault, Fault::Denied);
  EXPECT_TRUE(centre_.changes.empty());
}

TEST_F(ApproveTest, AScriptIsToldWhatToDoAndExitsFour) {
  offer(freeze());
  const auto verdict = approve_it({});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict_of(verdict.error()), Verdict::ApprovalMissing);
  EXPECT_THAT(verdict.error().detail, HasSubstr("--expect-hosts 2"));
}

TEST_F(ApproveTest, AsksNobodyWhoWasShownNothing) {
  offer(freeze());
  screen_.answers = {"2"};
  const auto verdict = approve_it({{"output", {"json"}}});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict_of(verdict.error()), Verdict::ApprovalMissing);
  EXPECT_EQ(screen_.asked, "");
  EXPECT_TRUE(centre_.changes.empty());
}

TEST_F(ApproveTest, TellsScriptsWhatIsSignedAndWhatIsMissing) {
  offer(freeze());
  const auto verdict = approve_it({{"expect-hosts", {"2"}}, {"output", {"json"}}});
  ASSERT_TRUE(verdict) << verdict.error().detail;
  const auto told = Answer::parse(screen_.printed);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->text("plan"), short_name(id_));
  EXPECT_EQ(told->text("id"), to_hex(id_.view()));
  EXPECT_EQ(told->number("signatures_need"), 1);
  EXPECT_FALSE(told->has("rollout"));
}

TEST_F(ApproveTest, WhoIsInterruptedIsToldThatNothingWasSigned) {
  offer(freeze());
  screen_.answers = {"3"};
  EXPECT_FALSE(approve_it({}));
  EXPECT_EQ(screen_.kept, "nothing was signed");
}

TEST_F(ApproveTest, RefusesAnotherPlanThanAskedFor) {
  const PlanBundle bundle = freeze();
  offer(bundle);
  PlanHead other = head_;
  other.name = "december";
  const PlanId asked = id_;
  centre_.answers[{View::PlanBundle, to_hex(asked.view())}] = encode(bundle_of(other));
  EXPECT_THAT(approve_it({{"expect-hosts", {"2"}}}).error().detail,
              HasSubstr("not the one asked for"));
}

TEST_F(ApproveTest, KnowsADraftThatWasChanged) {
  PlanHead draft = head_;
  auto proposal = check_bundle(encode(freeze()), loop::walltime_now());
  ASSERT_TRUE(proposal);
  EXPECT_TRUE(expect_same_plan(*proposal, draft));
  draft.header.not_after -= std::chrono::hours(1);
  EXPECT_FALSE(expect_same_plan(*proposal, draft)) << "the centre prolonged it";
  draft = head_;
  draft.order.concurrency += 1;
  EXPECT_FALSE(expect_same_plan(*proposal, draft));
}

TEST(LocateTest, NamesTheLineThatTheCentreComplainsOf) {
  const std::string text =
      "kind: plan\ntargets: role = mail\norder:\n  waves: [canary = yes, rest]\n"
      "budget:\n  - {per: zone}\n  - {per: clustr}\n";
  EXPECT_EQ(locate("p.yaml", text, "the selector matches no host"),
            "p.yaml:2:10: the selector matches no host");
  EXPECT_EQ(locate("p.yaml", text, "budget 2: no host has the label `clustr`"),
            "p.yaml:7:5: budget 2: no host has the label `clustr`");
  EXPECT_EQ(locate("p.yaml", text, "wave 1 `canary = yes` has no host"),
            "p.yaml:4:11: wave 1 `canary = yes` has no host");
  EXPECT_EQ(locate("p.yaml", "{kind: plan}", "no host is left"), "p.yaml: no host is left");
}

}  // namespace
}  // namespace mainstay::cli
