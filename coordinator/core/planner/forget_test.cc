#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class ForgetTest : public TwoRegions {
 protected:
  std::size_t rows_of_plans() const {
    return static_cast<std::size_t>(std::ranges::count_if(store, [](const auto& entry) {
      return std::ranges::any_of(
          std::array{"plan/", "leaf/", "rollout/", "target/", "record/"},
          [&](const std::string prefix) { return entry.first.starts_with(prefix); });
    }));
  }
  bool ends() {
    return pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; });
  }
};

TEST_F(ForgetTest, EndedRolloutLeavesWithAllItsRowsInSmallSteps) {
  roll_out(head());
  ASSERT_TRUE(ends());
  now.wall += hours(24 * 29);
  pass(seconds(5));
  EXPECT_EQ(state.plans.size(), 1U);
  limits.step_keys_soft = 6;
  now.wall += hours(24 * 2);
  pass(seconds(2));
  EXPECT_EQ(state.plans.size(), 1U) << "a few rows a tick";
  start();  // in the middle of it
  EXPECT_TRUE(pass_until([&] { return state.plans.empty(); }, seconds(60)));
  EXPECT_TRUE(state.rollouts.empty());
  EXPECT_TRUE(state.records.empty());
  EXPECT_EQ(rows_of_plans(), 0U);
  start();
  check();
}

TEST_F(ForgetTest, SlotKeepsItsRollout) {
  hosts[host_id("us-3")].outcome = OutcomeKind::Failed;
  roll_out(head());
  ASSERT_TRUE(ends());
  now.wall += hours(24 * 60);
  pass(seconds(5));
  EXPECT_EQ(state.rollouts.size(), 1U);
  ask(ReleaseSlot{.host = host_id("us-3"), .reason = "mended"});
  EXPECT_TRUE(pass_until([&] { return state.plans.empty(); }, seconds(60)));
}

TEST_F(ForgetTest, PlanThatWasNeverStartedLeavesAWeekAfterItsLife) {
  ask(DraftPlan{.head = head()});
  ASSERT_EQ(state.plans.size(), 1U);
  now.wall += hours(24 * 7);
  pass(seconds(2));
  EXPECT_EQ(state.plans.size(), 1U);
  now.wall += hours(25);
  pass(seconds(2));
  EXPECT_EQ(rows_of_plans(), 0U);
}

TEST_F(ForgetTest, RemovedHostsTakeNobodysPlace) {
  limits.hosts_max = 6;
  EXPECT_EQ(state.links.size(), 6U);
  EXPECT_EQ(ask(RemoveHost{.host = host_id("eu-1"), .reason = "gone"}).verdict, Verdict::Done);
  for (const std::string name : {"new-1", "new-2"}) {
    EnrolmentToken token;
    token.header.not_after = now.wall + hours(1);
    token.host = host_id(name);
    token.secret_digest = sha256(id_of<Digest>(name).view());
    LabelCertificate labels;
    labels.host = token.host;
    labels.serial = 1;
    ask(AddToken{},
        OpenedToken{.token = Verifier::sign(token, "token", {id_of<PublicKey>("ana")}),
                    .labels = Verifier::sign(labels, "labels", {id_of<PublicKey>("ana")})});
    send(EnrolmentAsked{.gate = {},
                        .link = id_of<LinkKey>(name),
                        .request = {.host = token.host,
                                    .secret = id_of<Digest>(name),
                                    .link_key = id_of<LinkKey>(name),
                                    .record_key = id_of<PublicKey>(name),
                                    .machine = {},
                                    .trust_digest = {}}});
    EXPECT_EQ(enrol_reply->refusal, name == "new-1" ? "" : "the inventory is full");
  }
}

}  // namespace
}  // namespace mainstay::coordinator
