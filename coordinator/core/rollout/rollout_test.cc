#include "coordinator/core/rollout/rollout.h"

#include "coordinator/core/audit/chain.h"
#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<WaveSpec> kCanaryThenRest = {
    {.kind = WaveSpec::Kind::Count, .amount = 1, .selector = ""}, {}};

TEST_F(TwoRegions, FailedHostKeepsItsSlotAndItsTwinWaitsUntilTheRetry) {
  hosts[host_id("eu-2")].outcome = OutcomeKind::Failed;
  hosts[host_id("eu-2")].reason = "postinst exit 1";
  roll_out(head(kCanaryThenRest));
  ASSERT_TRUE(
      pass_until([&] { return word("us-3") == "succeeded" && word("us-1") == "succeeded"; }));
  pass(minutes(2));

  EXPECT_EQ(word("eu-2"), "failed");
  EXPECT_EQ(state.slots.size(), 1U);
  EXPECT_TRUE(state.slots.at(host_id("eu-2")).tainted);
  EXPECT_EQ(word("us-2"), "waiting");
  const Explanation why = explained("us-2");
  EXPECT_EQ(why.blocking, host_id("eu-2"));
  EXPECT_EQ(why.binds, "budget {per: cluster, unavailable: 1}: cluster=web-2 has 1 of 1 out");
  EXPECT_EQ(why.commands.front(), "mainstay retry R-1 eu-2");
  EXPECT_EQ(needs_of(state, limits, now).size(), 1U);

  hosts[host_id("eu-2")].outcome = OutcomeKind::Succeeded;
  EXPECT_EQ(ask(RetryHost{.rollout = {1}, .host = host_id("eu-2")}).verdict, Verdict::Done);
  ASSERT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
  EXPECT_EQ(totals_of(state.rollouts.at({1})).of(OutcomeKind::Succeeded), 6U);
  EXPECT_TRUE(state.slots.empty());
  const auto& history = target("eu-2").row.history;
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].kind, OutcomeKind::Failed);
  EXPECT_EQ(history[0].reason, "postinst exit 1");
  EXPECT_EQ(history[1].kind, OutcomeKind::Succeeded);
  EXPECT_EQ(acknowledged.size(), 7U);
}

TEST_F(TwoRegions, OpensTheSecondRegionOnlyWhenTheFirstIsDone) {
  roll_out(head());
  bool eu_over = false;
  ASSERT_TRUE(pass_until([&] {
    const auto& rollout = state.rollouts.at({1});
    eu_over = totals_of(state, rollout, "eu", std::nullopt).of(OutcomeKind::Succeeded) == 3;
    const Totals us = totals_of(state, rollout, "us", std::nullopt);
    EXPECT_TRUE(eu_over || us.waiting == 3);  // I08
    return rollout.row.phase == RolloutPhase::Finished;
  }));
  EXPECT_TRUE(eu_over);
}

// A package that breaks every host breaks one of them first, whatever the concurrency.
TEST_F(TwoRegions, StartsSlowlyAndDoublesWithSuccess) {
  for (auto& [id, host] : hosts) host.takes = minutes(1);
  PlanHead plan = head();
  roll_out(plan);
  pass(seconds(20));
  const auto working = [&](std::string_view region) {
    return totals_of(state, state.rollouts.at({1}), std::string(region), std::nullopt).working;
  };
  EXPECT_EQ(working("eu"), 1U);
  EXPECT_EQ(explained("eu-2").binds, "slow start: 1 at once until 1 have succeeded");
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  pass(seconds(20));
  EXPECT_EQ(working("eu"), 2U);
}

TEST_F(TwoRegions, WorksOnFewerAtOnceWhereAnOperatorSaysSo) {
  for (auto& [id, host] : hosts) host.takes = minutes(1);
  PlanHead plan = head();
  plan.order.concurrency = 2;
  plan.order.regions_at_once = 2;
  roll_out(plan);
  const auto at_once = [&](std::uint32_t number) {
    return ask(SetConcurrency{.rollout = {1}, .hosts = number}).verdict;
  };
  EXPECT_EQ(at_once(0), Verdict::WrongUse);
  EXPECT_EQ(at_once(3), Verdict::Refused);  // not what was signed
  EXPECT_EQ(at_once(1), Verdict::Done);
  const auto working = [&] { return totals_of(state.rollouts.at({1})).working; };
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  std::uint32_t most = 0;
  ASSERT_TRUE(pass_until([&] {
    most = std::max(most, working());
    return totals_of(state.rollouts.at({1})).of(OutcomeKind::Succeeded) == 3;
  }));
  EXPECT_EQ(most, 1U);
  EXPECT_EQ(at_once(2), Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return working() == 2; }));
  ASSERT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
  EXPECT_EQ(at_once(1), Verdict::WrongUse);
  EXPECT_TRUE(std::ranges::any_of(state.audit.recent, [](const AuditRow& row) {
    return row.text == "rollout concurrency set rollout=R-1 hosts=2 by=ana";
  }));
}

TEST_F(TwoRegions, ReadsAtItsOwnPace) {
  PlanHead plan = head();
  plan.steps = {Step{.task = CheckStep{.argv = {"/bin/true"}}}};
  roll_out(plan);
  EXPECT_EQ(ask(SetConcurrency{.rollout = {1}, .hosts = 1}).verdict, Verdict::WrongUse);
}

TEST_F(TwoRegions, BakesBetweenWavesAndLooksAtTheirHealth) {
  PlanHead plan = head(kCanaryThenRest);
  plan.advance.bake = minutes(5);
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  hosts[host_id("eu-1")].health.failed_units = 2;
  pass(minutes(10));
  EXPECT_EQ(word("eu-2"), "waiting");  // I09
  EXPECT_THAT(explained("eu-2").binds, testing::HasSubstr("wave 2 of region eu is not open yet"));
  hosts[host_id("eu-1")].health.failed_units = 0;
  EXPECT_TRUE(pass_until([&] { return word("eu-2") == "succeeded"; }));
}

TEST_F(TwoRegions, HaltsAtTheFirstFailureWhereNoneIsAllowed) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  PlanHead plan = head(kCanaryThenRest);
  plan.advance.failures = 0;
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Halted; }));
  pass(minutes(5));
  const Totals totals = totals_of(state.rollouts.at({1}));
  EXPECT_EQ(totals.of(OutcomeKind::Failed), 1U);
  EXPECT_EQ(totals.of(OutcomeKind::NotStarted), 5U);
  EXPECT_EQ(word("us-3"), "not-started");
  EXPECT_EQ(hosts[host_id("eu-2")].starts, 0U);
}

TEST_F(TwoRegions, ByDefaultNoCanaryMayFailAndThreeOthersMay) {
  PlanHead plan = head(kCanaryThenRest);
  plan.advance.failures_kind = Advance::Failures::Usual;
  hosts[host_id("eu-2")].outcome = OutcomeKind::Failed;
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return word("us-1") == "succeeded"; }));
  EXPECT_EQ(word("eu-2"), "failed");
  ASSERT_TRUE(pass_until([&] { return word("us-3") == "succeeded"; }));
  EXPECT_EQ(state.rollouts.at({1}).row.phase, RolloutPhase::Running);  // us-2 waits for eu-2
}

TEST_F(TwoRegions, ByDefaultTheFirstCanaryThatFailsHalts) {
  PlanHead plan = head(kCanaryThenRest);
  plan.advance.failures_kind = Advance::Failures::Usual;
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Halted; }));
  EXPECT_EQ(state.rollouts.at({1}).row.reason,
            "failures 1 of 0 allowed in the canary wave of region eu");
  pass(minutes(5));
  EXPECT_EQ(totals_of(state.rollouts.at({1})).of(OutcomeKind::NotStarted), 5U);
}

TEST_F(TwoRegions, StartsNothingUnderStop) {
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  ASSERT_EQ(control(StopFleet{.reason = "smoke"}, {id_of<PublicKey>("ben")}).verdict,
            Verdict::Done);
  const auto started = [&] {
    std::uint32_t sum = 0;
    for (const auto& [id, host] : hosts) sum += host.starts;
    return sum;
  };
  const std::uint32_t before = started();
  pass(minutes(10));
  EXPECT_EQ(started(), before);          // I12
  EXPECT_EQ(word("eu-1"), "succeeded");  // what ran was finished
  EXPECT_THAT(explained("eu-2").binds, testing::HasSubstr("STOP"));
  // Two operators: one alone cannot lift it.
  EXPECT_EQ(control(LiftStop{}, {id_of<PublicKey>("ana")}).verdict, Verdict::ApprovalMissing);
  EXPECT_EQ(state.control_pending->row.by, "ana");
  EXPECT_TRUE(state.stopped);
  EXPECT_EQ(control(LiftStop{}, {id_of<PublicKey>("ana"), id_of<PublicKey>("ben")}).verdict,
            Verdict::Done);
  EXPECT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
}

TEST_F(TwoRegions, GoesOnAfterAKillAtAnySecond) {
  hosts[host_id("eu-3")].takes = seconds(40);
  roll_out(head(kCanaryThenRest));
  Term last = state.reign.term;
  for (int kills = 0; kills < 12; ++kills) {
    pass(seconds(7));
    start();
    EXPECT_GT(state.reign.term, last);
    last = state.reign.term;
    check();
  }
  ASSERT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
  EXPECT_EQ(totals_of(state.rollouts.at({1})).of(OutcomeKind::Succeeded), 6U);
  for (const auto& [id, host] : hosts) EXPECT_EQ(host.starts, 1U) << id.text();
}

TEST_F(TwoRegions, DeadHostKeepsItsSlotAndCountsAsAFailure) {
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-2") == "working"; }));
  hosts[host_id("eu-2")].silent = true;
  ASSERT_TRUE(pass_until([&] { return word("eu-2") == "unreachable"; }, minutes(60)));
  EXPECT_TRUE(state.slots.contains(host_id("eu-2")));
  ASSERT_TRUE(pass_until([&] { return word("us-3") == "succeeded"; }));
  EXPECT_EQ(word("us-2"), "waiting");

  // It comes back, and its outcome with it: the result is replaced, the slot is given back.
  hosts[host_id("eu-2")].silent = false;
  ASSERT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
  EXPECT_EQ(totals_of(state.rollouts.at({1})).of(OutcomeKind::Succeeded), 6U);
  EXPECT_EQ(target("eu-2").row.history.size(), 1U);
}

TEST_F(TwoRegions, HostGivenUpBeforeItStartedClosesItsAttemptAndFreesItsSlot) {
  hosts[host_id("eu-2")].deaf = true;
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-2") == "unreachable"; }, minutes(60)));
  EXPECT_TRUE(state.slots.contains(host_id("eu-2")));
  hosts[host_id("eu-2")].deaf = false;
  ASSERT_TRUE(pass_until([&] { return word("us-2") == "succeeded"; }));
  EXPECT_EQ(word("eu-2"), "expired");
  EXPECT_FALSE(state.slots.contains(host_id("eu-2")));
  EXPECT_EQ(hosts[host_id("eu-2")].starts, 0U);
}

TEST_F(TwoRegions, SilentHostThatWasNeverTouchedBlocksItsGroup) {
  hosts[host_id("us-1")].silent = true;
  pass(seconds(45));
  const RolloutId id = roll_out(head());  // without us-1
  ASSERT_TRUE(pass_until([&] { return word("eu-3") == "succeeded"; }));
  EXPECT_EQ(word("eu-1"), "waiting");
  const Explanation why = explained("eu-1");
  EXPECT_EQ(why.blocking, host_id("us-1"));
  EXPECT_THAT(why.blocked_by, testing::HasSubstr("booked by no rollout"));
  EXPECT_EQ(ask(SkipHost{.rollout = id, .host = host_id("eu-1"), .reason = "gone"}).verdict,
            Verdict::Done);
  EXPECT_EQ(word("eu-1"), "not-started");
  EXPECT_TRUE(pass_until([&] { return word("us-3") == "succeeded"; }));
}

TEST_F(TwoRegions, DriftPausesAndIsNoFailure) {
  FakeHost& host = hosts[host_id("eu-1")];
  host.closes = true;
  host.outcome = OutcomeKind::Refused;
  host.reason = "drift: nginx 3 is offered, 2 was signed";
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Paused; }));
  EXPECT_EQ(totals_of(state.rollouts.at({1})).failures(), 0U);
  EXPECT_FALSE(state.slots.contains(host_id("eu-1")));
  host = FakeHost{};
  EXPECT_EQ(ask(RetryHost{.rollout = {1}, .host = host_id("eu-1")}).verdict, Verdict::Done);
  EXPECT_EQ(ask(SteerRollout{.rollout = {1}, .act = RolloutAct::Resume, .reason = ""}).verdict,
            Verdict::Done);
  EXPECT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
}

TEST_F(TwoRegions, ClosedRetryOfAFailedHostDoesNotFreeItsSlot) {
  FakeHost& host = hosts[host_id("eu-1")];
  host.outcome = OutcomeKind::Failed;
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  host.closes = true;
  host.outcome = OutcomeKind::Refused;
  host.reason = "dpkg is half configured";
  ask(RetryHost{.rollout = {1}, .host = host_id("eu-1")});
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "refused"; }));
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));
  // Somebody repairs it: a fresh look proves health and gives the slot back.
  EXPECT_EQ(ask(RecheckHost{.host = host_id("eu-1")}).verdict, Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return !state.slots.contains(host_id("eu-1")); }, minutes(1)));
}

TEST_F(TwoRegions, WorseHealthAfterASuccessIsAFailure) {
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  hosts[host_id("eu-1")].health.broken_packages = 1;
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  EXPECT_EQ(target("eu-1").row.reason, "1 broken packages, 0 before");
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));
  EXPECT_EQ(ask(RecheckHost{.host = host_id("eu-1")}).verdict, Verdict::Done);
  pass(seconds(15));
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));  // not proved
}

TEST_F(TwoRegions, AbortEndsARolloutAndRunningStepsFinish) {
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  EXPECT_EQ(control(AbortPlan{.plan = plan_id, .reason = "wrong night"}, {id_of<PublicKey>("ana")})
                .verdict,
            Verdict::Done);
  pass(minutes(2));
  EXPECT_EQ(word("eu-1"), "succeeded");
  EXPECT_EQ(totals_of(state.rollouts.at({1})).of(OutcomeKind::NotStarted), 5U);
  EXPECT_TRUE(state.slots.empty());
}

TEST_F(TwoRegions, StepsFollowEachOtherOnOneSlot) {
  PlanHead plan = head();
  plan.steps.push_back({.task = CheckStep{.argv = {"/bin/true"}}});
  roll_out(plan);
  ASSERT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
  for (const auto& [id, host] : hosts) EXPECT_EQ(host.starts, 2U);
  EXPECT_EQ(acknowledged.size(), 12U);
}

TEST_F(TwoRegions, ReadOnlyWorkTakesNoSlotAndNoOrder) {
  PlanHead plan = head();
  plan.steps = {Step{.task = RunStep{.argv = {"/bin/ss"}}}};
  plan.budgets.clear();
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  // Hosts of one cluster run at once here, which is right: so no second look at clusters.
  const Answer drafted = ask(DraftPlan{.head = plan});
  plan_id = find_plan(state, drafted.text)->row.plan;
  approve("ana");
  ask(StartPlan{.plan = plan_id});
  EXPECT_TRUE(state.slots.empty());
  EXPECT_EQ(totals_of(state.rollouts.at({1})).working, 6U);
  for (auto& [id, host] : hosts) host.takes = seconds(0);
  for (auto& [id, host] : hosts) {
    for (auto& [attempt, until] : host.running) until = now.mono;
  }
  now.mono += seconds(1);
  for (auto& [id, host] : hosts) work(id, host);
  EXPECT_EQ(totals_of(state.rollouts.at({1})).of(OutcomeKind::Succeeded), 5U);
  EXPECT_EQ(totals_of(state.rollouts.at({1})).of(OutcomeKind::Failed), 1U);
}

TEST_F(TwoRegions, ReadOnlyWorkLeavesTheSlotOfAnotherRolloutAlone) {
  hosts[host_id("eu-2")].outcome = OutcomeKind::Failed;
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-2") == "failed"; }));
  PlanHead look = head();
  look.name = "look";
  look.steps = {Step{.task = RunStep{.argv = {"/bin/true"}}}};
  for (const OutcomeKind kind : {OutcomeKind::Succeeded, OutcomeKind::Failed}) {
    hosts[host_id("eu-2")].outcome = kind;
    const RolloutId id = roll_out(look);
    look.reason += "again";
    ASSERT_TRUE(
        pass_until([&] { return state.rollouts.at(id).row.phase == RolloutPhase::Finished; }));
    const SlotRow& slot = state.slots.at(host_id("eu-2"));
    EXPECT_TRUE(slot.tainted);
    EXPECT_EQ(slot.reason, "failed in R-1");
  }
  EXPECT_EQ(word("us-2"), "waiting");
}

TEST_F(TwoRegions, TwoDifferentRecordsOfOneAttemptRaiseAnAlarm) {
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  const std::size_t before = acknowledged.size();
  const AttemptId attempt{.plan = plan_id, .step = 0, .host = host_id("eu-1"), .number = 1};
  finish(attempt.host, hosts[attempt.host], attempt);  // the same again
  EXPECT_EQ(acknowledged.size(), before + 1);
  send(RecordArrived{.link = id_of<LinkKey>("eu-1"),
                     .record = record(hosts[attempt.host], attempt),
                     .digest = id_of<Digest>("another")});
  EXPECT_EQ(acknowledged.size(), before + 1);
  EXPECT_THAT(state.audit.recent.back().text, testing::StartsWith("ALARM two different records"));
  // The host's own link, another host's attempt (I21).
  send(RecordArrived{.link = id_of<LinkKey>("us-1"),
                     .record = record(hosts[attempt.host], attempt),
                     .digest = id_of<Digest>("third")});
  EXPECT_EQ(acknowledged.size(), before + 1);
}

TEST_F(TwoRegions, AuditChainHoldsFromTheFirstRecordToTheLast) {
  roll_out(head());
  ASSERT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
  AuditHead at;
  std::size_t count = 0;
  for (const auto& [key, row] : store) {
    const auto* audit = std::get_if<AuditRow>(&row);
    if (audit == nullptr) continue;
    ASSERT_TRUE(follows(at, *audit)) << audit->text;
    AuditRow forged = *audit;
    forged.text += "!";
    EXPECT_FALSE(follows(at, forged));
    at = {.number = audit->number, .digest = audit->digest};
    count += 1;
  }
  EXPECT_EQ(at, state.audit.head);
  EXPECT_GT(count, 20U);
}

TEST_F(World, StartsNoMoreAMinuteThanAllowed) {
  add_roster();
  for (int i = 10; i < 40; ++i) {
    const std::string name = std::to_string(i);
    add_host("h" + name, {{"region", "eu"}, {"role", "web"}, {"cluster", name}});
  }
  limits.starts_per_minute = 4;
  start();
  report_all();
  pass(seconds(4));
  PlanHead plan = head();
  plan.order.concurrency = 30;
  roll_out(plan);
  std::deque<std::uint32_t> sums;
  std::uint32_t most = 0;
  ASSERT_TRUE(pass_until([&] {
    std::uint32_t sum = 0;
    for (const auto& [id, host] : hosts) sum += host.starts;
    sums.push_back(sum);
    if (sums.size() > 60) sums.pop_front();
    most = std::max(most, sums.back() - sums.front());
    return state.rollouts.at({1}).row.phase == RolloutPhase::Finished;
  }));
  EXPECT_EQ(most, 4U);
}

TEST_F(TwoRegions, StartsOfTheLastMinuteAreRememberedAcrossAKill) {
  limits.starts_per_minute = 1;
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  const Instant began = now.mono;
  start();
  ASSERT_TRUE(pass_until([&] { return word("eu-2") != "waiting" || word("eu-3") != "waiting"; }));
  EXPECT_GE(now.mono - began, seconds(50));
}

TEST_F(TwoRegions, OfAHostInItsSecondStepBothStartsAreRememberedAcrossAKill) {
  PlanHead plan = head();
  plan.steps.push_back(plan.steps.front());
  roll_out(plan);
  const Target& first = target("eu-1");
  ASSERT_TRUE(
      pass_until([&] { return first.row.step == 1 && first.row.phase == TargetPhase::Working; }));
  ASSERT_EQ(state.starts.size(), 2U);
  start();
  EXPECT_EQ(state.starts.size(), 2U);
}

/// Operators read the chain as JSON, which has no other bytes.
TEST(AuditTest, ARecordIsValidTextWhateverAReasonHolds) {
  AuditChain chain;
  const AuditRow row = append(chain, "parked: caf\xe9 caf\u00e9", WallTime{}, Limits{});
  EXPECT_EQ(row.text, "parked: caf\\xe9 caf\u00e9");
  EXPECT_TRUE(follows(AuditHead{}, row));
}

}  // namespace
}  // namespace mainstay::coordinator
