#include "coordinator/core/ledger/ledger.h"

#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

GroupCount group(std::uint32_t members, std::uint32_t parked) {
  return {.members = members, .parked = parked, .out = {}, .parked_out = {}};
}

TEST(LedgerTest, PercentagesRoundDownAndAreAtLeastOneUnlessZero) {
  const Budget ten{.per = {"zone"}, .kind = Budget::Kind::UnavailablePercent, .amount = 10};
  EXPECT_EQ(allowed_out(ten, group(39, 0)), 3U);
  EXPECT_EQ(allowed_out(ten, group(3, 0)), 1U);
  EXPECT_EQ(allowed_out(ten, group(0, 0)), 0U);
  const Budget none{.per = {"zone"}, .kind = Budget::Kind::UnavailablePercent, .amount = 0};
  EXPECT_EQ(allowed_out(none, group(39, 0)), 0U);
  const Budget healthy{.per = {"zone"}, .kind = Budget::Kind::MinHealthyPercent, .amount = 70};
  EXPECT_EQ(allowed_out(healthy, group(10, 0)), 3U);
  EXPECT_EQ(allowed_out(healthy, group(3, 0)), 1U);
}

TEST(LedgerTest, ParkedHostsLeaveBothSidesOfAPercentageAndCountInAbsoluteLimits) {
  GroupCount count = group(10, 5);
  count.parked_out = {host_id("a"), host_id("b"), host_id("c"), host_id("d"), host_id("e")};
  const Budget half{.per = {"zone"}, .kind = Budget::Kind::UnavailablePercent, .amount = 50};
  EXPECT_EQ(allowed_out(half, count), 2U);
  EXPECT_EQ(counted_out(half, count), 0U);
  const Budget eight{.per = {"zone"}, .kind = Budget::Kind::MinHealthy, .amount = 8};
  EXPECT_EQ(allowed_out(eight, count), 2U);
  EXPECT_EQ(counted_out(eight, count), 5U);
}

TEST(LedgerTest, MinHealthyAboveTheGroupAllowsNothing) {
  const Budget five{.per = {"zone"}, .kind = Budget::Kind::MinHealthy, .amount = 5};
  EXPECT_EQ(allowed_out(five, group(4, 0)), 0U);
  EXPECT_EQ(allowed_out(five, group(7, 0)), 2U);
}

TEST(LedgerTest, GroupsAreNamedByAllTheirLabels) {
  const Labels labels = {{"service", "web"}, {"zone", "a"}};
  EXPECT_EQ(group_of(labels, {"service", "zone"}), "service=web,zone=a");
  EXPECT_EQ(group_of(labels, {"fleet"}), "fleet");
  EXPECT_EQ(group_of(labels, {"cluster"}), std::nullopt);
}

// The budget of one rollout binds the hosts of another: all share the ledger.
TEST_F(TwoRegions, BudgetsOfEveryRolloutBindEveryOther) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  PlanHead first = head();
  first.targets = "role = web and region = eu";
  roll_out(first);
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  PlanHead second = head();
  second.name = "second";
  second.targets = "cluster = web-1 and region = us";
  roll_out(second);
  pass(std::chrono::minutes(5));
  EXPECT_EQ(word("us-1", 2), "waiting");
  EXPECT_EQ(explained("us-1").blocking, host_id("eu-1"));
  // An approver accepts the risk.
  EXPECT_EQ(ask(ReleaseSlot{.host = host_id("eu-1"), .reason = "known"}).verdict, Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return word("us-1", 2) == "succeeded"; }));
}

TEST_F(TwoRegions, ASlotInUseIsNotReleased) {
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  EXPECT_EQ(ask(ReleaseSlot{.host = host_id("eu-1"), .reason = "x"}).verdict, Verdict::WrongUse);
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));
}

TEST_F(TwoRegions, RevokedHostKeepsItsSlotAndItsTwinWaits) {
  hosts[host_id("eu-1")].takes = std::chrono::minutes(5);
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  control(RevokeHost{.host = host_id("eu-1"),
                     .record_key = id_of<PublicKey>("eu-1"),
                     .link_key = id_of<LinkKey>("eu-1")},
          {id_of<PublicKey>("ana")});
  hosts[host_id("eu-1")].running.clear();
  pass(std::chrono::minutes(10));
  EXPECT_EQ(word("us-1"), "waiting");
  EXPECT_EQ(explained("us-1").blocking, host_id("eu-1"));
  EXPECT_EQ(ask(ReleaseSlot{.host = host_id("eu-1"), .reason = "wiped"}).verdict, Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return word("us-1") == "succeeded"; }));
}

TEST_F(TwoRegions, RemovalGivesTheSlotBack) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  EXPECT_EQ(ask(RemoveHost{.host = host_id("eu-1"), .reason = "dead"}).verdict, Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return word("us-1") == "succeeded"; }));
  EXPECT_EQ(admitted->links.size(), 5U);
}

}  // namespace
}  // namespace mainstay::coordinator
