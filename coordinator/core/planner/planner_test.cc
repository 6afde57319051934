#include "coordinator/core/planner/planner.h"

#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;

TEST_F(TwoRegions, RefusesAWaveThatNoTargetIsIn) {
  const std::vector<WaveSpec> waves = {
      {.kind = WaveSpec::Kind::Selected, .amount = 0, .selector = "canary = yes"}, {}};
  const Answer drafted = ask(DraftPlan{.head = head(waves)});
  EXPECT_NE(drafted.verdict, Verdict::Done);
  EXPECT_THAT(drafted.text, testing::HasSubstr("wave 1 `canary = yes` has no host"));
}

TEST_F(TwoRegions, RefusesABudgetOnALabelThatNobodyHas) {
  PlanHead stray = head();
  stray.budgets[0].per = {"clustr"};
  const Answer drafted = ask(DraftPlan{.head = stray});
  EXPECT_EQ(drafted.verdict, Verdict::WrongUse);
  EXPECT_EQ(drafted.text, "budget 1: no host has the label `clustr`; did you mean `cluster`?");
}

TEST_F(TwoRegions, NamesTheNearestWordOfASelectorThatMatchesNothing) {
  PlanHead stray = head();
  const auto answer_to = [&](std::string targets) {
    stray.targets = std::move(targets);
    return ask(DraftPlan{.head = stray}).text;
  };
  EXPECT_EQ(answer_to("rol = web"),
            "the selector matches no host: no host has the label `rol`: expected one of cluster, "
            "region, role, zone; did you mean `role`?");
  EXPECT_EQ(answer_to("role = web and cluster in (wbe-1, wbe-2)"),
            "the selector matches no host: no host has `cluster = wbe-1`: expected one of web-1, "
            "web-2, web-3; did you mean `web-1`?");
  EXPECT_EQ(answer_to("role = database"),
            "the selector matches no host: no host has `role = database`: expected one of web");
  EXPECT_EQ(answer_to("region = eu and zone = us-a"),
            "the selector matches no host that can take part")
      << "each word is right";
}

TEST_F(TwoRegions, WarnsOfWordsThatAMatchingSelectorAsksForInVain) {
  const auto warnings_of = [&](const std::string& targets) {
    return stray_warnings(state, targets, *parse_selector(targets, {}));
  };
  using testing::ElementsAre;
  EXPECT_THAT(warnings_of("host in (eu-1, us-9, nobody)"),
              ElementsAre("no host is named nobody, us-9"));
  EXPECT_THAT(warnings_of("host = eu-11 or region = us"),
              ElementsAre("no host is named eu-11; did you mean `eu-1`?"));
  EXPECT_THAT(warnings_of("region = eu or rol = web"),
              ElementsAre("no host has the label `rol`; did you mean `role`?"));
  EXPECT_THAT(warnings_of("host in (eu-1, us-1) and not host = eu-1"), ElementsAre());
  EXPECT_THAT(warnings_of("region in (eu, mars)"), ElementsAre()) << "a region may yet come";
}

TEST_F(TwoRegions, LeavesOutAHostWithHalfAnInstallation) {
  find_host(state, host_id("eu-1"))->sight.row.facts[static_cast<std::size_t>(Fact::PatchBroken)] =
      1;
  const Answer drafted = ask(DraftPlan{.head = head()});
  ASSERT_EQ(drafted.verdict, Verdict::Done) << drafted.text;
  ASSERT_EQ(find_plan(state, drafted.text)->row.excluded.size(), 1U);
  EXPECT_EQ(find_plan(state, drafted.text)->row.excluded[0].reason, "dpkg half-configured");
}

TEST_F(TwoRegions, ListsWhoIsOutAndWhy) {
  hosts[host_id("eu-1")].packages.clear();
  hosts[host_id("eu-2")].refuses_plan = "dpkg half configured";
  hosts[host_id("us-1")].silent = true;
  ask(ParkHost{
      .host = host_id("us-2"), .until = now.wall + std::chrono::hours(1), .reason = "disk"});
  pass(std::chrono::seconds(40));
  const Answer drafted = ask(DraftPlan{.head = head()});
  ASSERT_EQ(drafted.verdict, Verdict::Done) << drafted.text;
  const Plan& plan = *find_plan(state, drafted.text);
  EXPECT_EQ(plan.leaves.size(), 2U);
  EXPECT_EQ(plan.row.head.host_count, 2U);
  std::map<std::string, std::string> out;
  for (const auto& excluded : plan.row.excluded) out[excluded.host.text()] = excluded.reason;
  EXPECT_EQ(out, (std::map<std::string, std::string>{{"eu-1", "nothing to install"},
                                                     {"eu-2", "dpkg half configured"},
                                                     {"us-1", "silent"},
                                                     {"us-2", "parked: disk"}}));
}

TEST_F(TwoRegions, HostThatDoesNotAnswerIsOut) {
  hosts[host_id("eu-1")].silent = true;  // since a moment ago: still live by its last report
  const Answer drafted = ask(DraftPlan{.head = head()});
  ASSERT_EQ(drafted.verdict, Verdict::Done) << drafted.text;
  ASSERT_EQ(find_plan(state, drafted.text)->row.excluded.size(), 1U);
  EXPECT_EQ(find_plan(state, drafted.text)->row.excluded[0].reason, "no answer");
}

TEST_F(TwoRegions, LeavesOutAHostThatNamesAPackageTwice) {
  hosts[host_id("eu-1")].packages = {{"b", "1"}, {"a", "1"}, {"b", "1"}};
  const Answer drafted = ask(DraftPlan{.head = head()});
  ASSERT_EQ(drafted.verdict, Verdict::Done) << drafted.text;
  const Plan& plan = *find_plan(state, drafted.text);
  EXPECT_EQ(plan.leaves.size(), 5U);
  ASSERT_EQ(plan.row.excluded.size(), 1U);
  EXPECT_EQ(plan.row.excluded[0].reason, "names a package twice");
}

TEST_F(TwoRegions, LeavesOutAHostWhoseLeafCannotBeEncoded) {
  unfit = host_id("eu-1");
  const Answer drafted = ask(DraftPlan{.head = head()});
  ASSERT_EQ(drafted.verdict, Verdict::Done) << drafted.text;
  const Plan& plan = *find_plan(state, drafted.text);
  EXPECT_EQ(plan.leaves.size(), 5U);
  EXPECT_EQ(plan.row.head.host_count, 5U);
  ASSERT_EQ(plan.row.excluded.size(), 1U);
  EXPECT_EQ(plan.row.excluded[0].reason, "too long");
}

TEST_F(TwoRegions, RefusesAPlanThatCannotBeEncodedAtAll) {
  unfit_plan = "the plan is too long";
  const Answer drafted = ask(DraftPlan{.head = head()});
  EXPECT_EQ(drafted.verdict, Verdict::WrongUse);
  EXPECT_EQ(drafted.text, "the plan is too long");
  unfit_plan.clear();
  unfit = host_id("nobody");  // of no use to leave out: it must not be tried for ever
  EXPECT_EQ(ask(DraftPlan{.head = head()}).verdict, Verdict::WrongUse);
  EXPECT_TRUE(state.drafts.empty());
}

TEST_F(TwoRegions, RefusesWhatCannotBe) {
  PlanHead nobody = head();
  nobody.targets = "role = database";
  EXPECT_EQ(ask(DraftPlan{.head = nobody}).verdict, Verdict::WrongUse);
  PlanHead strict = head();
  strict.budgets[0].amount = 0;
  EXPECT_THAT(ask(DraftPlan{.head = strict}).text, HasSubstr("can never be met"));
  strict.budgets[0] = {.per = {"cluster"}, .kind = Budget::Kind::MinHealthy, .amount = 2};
  EXPECT_THAT(ask(DraftPlan{.head = strict}).text, HasSubstr("cluster=web-1 has 2 hosts"));
  PlanHead stray = head();
  stray.targets = "role =";
  EXPECT_EQ(ask(DraftPlan{.head = stray}).verdict, Verdict::WrongUse);
  EXPECT_TRUE(state.drafts.empty());
}

TEST_F(World, OrdersRegionsBySizeAndWavesByZoneAndName) {
  add_roster();
  for (const auto& [name, region, zone] :
       std::vector<std::tuple<std::string, std::string, std::string>>{{"c1", "big", "b"},
                                                                      {"c2", "big", "a"},
                                                                      {"c3", "big", "a"},
                                                                      {"c4", "big", "c"},
                                                                      {"s1", "small", "a"}}) {
    add_host(name, {{"region", region}, {"zone", zone}, {"role", "web"}, {"cluster", name}});
  }
  start();
  report_all();
  const std::vector<WaveSpec> waves = {
      {.kind = WaveSpec::Kind::Selected, .amount = 0, .selector = "zone = c"},
      {.kind = WaveSpec::Kind::Percent, .amount = 50, .selector = ""},
      {}};
  const Answer drafted = ask(DraftPlan{.head = head(waves)});
  ASSERT_EQ(drafted.verdict, Verdict::Done) << drafted.text;
  std::string order;
  for (const auto& leaf : find_plan(state, drafted.text)->leaves) {
    order += leaf.leaf.host.text() + ":" + std::to_string(leaf.leaf.wave) + " ";
  }
  EXPECT_EQ(order, "s1:0 c4:0 c2:1 c3:1 c1:2 ");
}

TEST_F(World, StoresALargePlanInPiecesAndOnlyThenCountsItAsFrozen) {
  add_roster();
  for (int i = 100; i < 300; ++i) {
    add_host("h" + std::to_string(i),
             {{"region", "eu"}, {"role", "web"}, {"cluster", std::to_string(i)}});
  }
  start();
  report_all();
  const Answer drafted = ask(DraftPlan{.head = head()});
  ASSERT_EQ(drafted.verdict, Verdict::Done) << drafted.text;
  EXPECT_EQ(find_plan(state, drafted.text)->leaves.size(), 200U);
  start();
  EXPECT_EQ(find_plan(state, drafted.text)->leaves.size(), 200U);
}

class TwoSignatures : public TwoRegions {
 protected:
  TwoSignatures() {
    add_roster(2);
    start();
    report_all();
    pass(std::chrono::seconds(4));
  }
};

TEST_F(TwoSignatures, StartsOnlyWithEnoughDistinctSignatures) {
  plan_id = find_plan(state, ask(DraftPlan{.head = head()}).text)->row.plan;
  EXPECT_EQ(ask(StartPlan{.plan = plan_id}).verdict, Verdict::ApprovalMissing);
  approve("ana");
  approve("ana");
  EXPECT_EQ(ask(StartPlan{.plan = plan_id}).verdict, Verdict::ApprovalMissing);
  approve("ben");
  EXPECT_EQ(ask(StartPlan{.plan = plan_id}).verdict, Verdict::Done);
  EXPECT_EQ(state.rollouts.size(), 1U);
  EXPECT_EQ(ask(StartPlan{.plan = plan_id}).text, "R-1 runs already");
  EXPECT_EQ(state.rollouts.size(), 1U);
}

TEST_F(TwoRegions, SignatureCountsOnlyWithinItsScope) {
  auto& roster = state.roster->roster;
  roster.operators[0].scope = "region = eu";
  roster.operators[1].role = Role::Viewer;
  plan_id = find_plan(state, ask(DraftPlan{.head = head()}).text)->row.plan;
  approve("ana");
  EXPECT_EQ(ask(StartPlan{.plan = plan_id}).verdict, Verdict::ApprovalMissing);
  EXPECT_EQ(ask(DraftPlan{.head = head()}, {}, "ben").verdict, Verdict::Refused);
  EXPECT_EQ(ask(DraftPlan{.head = head()}, {}, "eve").verdict, Verdict::Refused);
  EXPECT_EQ(ask(RemoveHost{.host = host_id("us-1"), .reason = "x"}).verdict, Verdict::Refused);
}

}  // namespace
}  // namespace mainstay::coordinator
