// How targets and rollouts end when people, clocks and late records come in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

class Endings : public TwoRegions {
 protected:
  PlanHead patch_then_check() {
    PlanHead plan = head();
    plan.steps.push_back({.task = CheckStep{.argv = {"/bin/true"}}});
    return plan;
  }
  bool finishes(std::uint32_t id = 1) {
    return pass_until([&] { return state.rollouts.at({id}).row.phase == RolloutPhase::Finished; });
  }
  /// eu-1 has patched and waits for its check.
  void stop_between_steps() {
    roll_out(patch_then_check());
    ASSERT_TRUE(pass_until([&] { return target("eu-1").row.phase == TargetPhase::Verifying; }));
    control(StopFleet{.reason = "smoke"}, {id_of<PublicKey>("ana")});
    ASSERT_TRUE(pass_until([&] { return target("eu-1").row.step == 1; }));
    ASSERT_EQ(target("eu-1").row.phase, TargetPhase::Waiting);
  }
};

TEST_F(Endings, AbortBetweenTwoStepsEndsTheTargetAndLeavesItsSlotToAPerson) {
  stop_between_steps();
  control(AbortPlan{.plan = plan_id, .reason = "wrong night"}, {id_of<PublicKey>("ana")});
  EXPECT_EQ(ask(SetConcurrency{.rollout = {1}, .hosts = 1}).verdict, Verdict::WrongUse);
  pass(seconds(3));
  EXPECT_EQ(target("eu-1").row.phase, TargetPhase::Ended);
  EXPECT_THAT(target("eu-1").row.reason, HasSubstr("half way"));
  EXPECT_TRUE(state.slots.at(host_id("eu-1")).tainted);
  // A look that proves health gives it back.
  ask(RecheckHost{.host = host_id("eu-1")});
  pass(seconds(15));
  EXPECT_FALSE(state.slots.contains(host_id("eu-1")));
}

TEST_F(Endings, EndOfThePlansLifeEndsWhatIsBetweenTwoSteps) {
  stop_between_steps();
  now.wall += hours(24 * 31);
  pass(seconds(30));
  EXPECT_EQ(target("eu-1").row.phase, TargetPhase::Ended);
  EXPECT_TRUE(state.slots.at(host_id("eu-1")).tainted);
  EXPECT_TRUE(finishes());
}

TEST_F(Endings, SkippedRetryKeepsTheFailureBefore) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  PlanHead plan = head();
  plan.advance.failures = 0;
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  control(StopFleet{.reason = "smoke"}, {id_of<PublicKey>("ana")});
  ASSERT_EQ(ask(RetryHost{.rollout = {1}, .host = host_id("eu-1")}).verdict, Verdict::Done);
  ASSERT_EQ(ask(SkipHost{.rollout = {1}, .host = host_id("eu-1"), .reason = "later"}).verdict,
            Verdict::Done);
  EXPECT_EQ(word("eu-1"), "failed");
  EXPECT_EQ(target("eu-1").row.number, 1U);
  EXPECT_THAT(target("eu-1").row.reason, HasSubstr("skipped by ana"));
}

TEST_F(Endings, RetryOfAHostThatNeverBeganWaitsForItsTurn) {
  roll_out(head({{.kind = WaveSpec::Kind::Count, .amount = 1}, {}}));
  ASSERT_EQ(word("us-3"), "waiting");
  ask(SkipHost{.rollout = {1}, .host = host_id("us-3"), .reason = "later"});
  ASSERT_EQ(ask(RetryHost{.rollout = {1}, .host = host_id("us-3")}).verdict, Verdict::Done);
  pass(seconds(2));
  EXPECT_EQ(word("us-3"), "waiting");
  EXPECT_THAT(explained("us-3").binds, HasSubstr("region us is not open yet"));
  EXPECT_TRUE(finishes());
  EXPECT_EQ(word("us-3"), "succeeded");
}

TEST_F(Endings, AHaltedRolloutHasNotEndedButCannotBeResumed) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  PlanHead plan = head();
  plan.advance.failures = 0;
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Halted; }));
  const auto steered = [&](RolloutAct act) {
    return ask(SteerRollout{.rollout = {1}, .act = act, .reason = "x"});
  };
  EXPECT_EQ(steered(RolloutAct::Resume).verdict, Verdict::WrongUse);
  EXPECT_THAT(steered(RolloutAct::Resume).text, testing::HasSubstr("R-1 is halted"));
  ASSERT_EQ(ask(RetryHost{.rollout = {1}, .host = host_id("eu-1")}).verdict, Verdict::Done);
  EXPECT_THAT(steered(RolloutAct::Pause).text,
              testing::HasSubstr("only a host that is retried goes on"));
}

TEST_F(Endings, RetryDoesNotStartInAHaltedRolloutWhatNeverBegan) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  PlanHead plan = head();
  plan.advance.failures = 0;
  plan.order.concurrency = 1;
  roll_out(plan);
  ask(SkipHost{.rollout = {1}, .host = host_id("us-3"), .reason = "later"});
  ASSERT_TRUE(pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Halted; }));
  const Answer told = ask(RetryHost{.rollout = {1}, .host = host_id("us-3")});
  EXPECT_EQ(told.verdict, Verdict::WrongUse);
  EXPECT_THAT(told.text, HasSubstr("plan again"));
}

TEST_F(Endings, PlanWhoseApproverWasDismissedWaitsForAnother) {
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  std::erase_if(state.roster->roster.operators,
                [](const OperatorEntry& entry) { return entry.name == "ana"; });
  pass(minutes(10));
  EXPECT_EQ(word("us-3"), "waiting");
  EXPECT_THAT(explained("us-3").binds, HasSubstr("0 of 1 signatures"));
  EXPECT_TRUE(pass_until([&] { return state.slots.empty(); }));
  approve("ben");
  EXPECT_TRUE(finishes());
  EXPECT_EQ(totals_of(state.rollouts.at({1})).of(OutcomeKind::Succeeded), 6U);
}

TEST_F(Endings, BakeIsNotLeftOutByAClockThatIsSetForward) {
  PlanHead plan = head({{.kind = WaveSpec::Kind::Count, .amount = 1}, {}});
  plan.advance.bake = minutes(10);
  roll_out(plan);
  ASSERT_TRUE(pass_until(
      [&] { return state.rollouts.at({1}).row.regions[0].phase == RegionPhase::Baking; }));
  now.wall += hours(2);
  pass(minutes(5));
  EXPECT_EQ(word("eu-2"), "waiting");
  now.wall -= hours(2);
  EXPECT_TRUE(pass_until([&] { return word("eu-2") != "waiting"; }, minutes(6)));
}

TEST_F(Endings, HostGivenUpInAReadingStepIsAskedAgainAndGoesOn) {
  roll_out(patch_then_check());
  ASSERT_TRUE(pass_until([&] { return target("eu-1").row.step == 1; }));
  hosts[host_id("eu-1")].silent = true;
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "unreachable"; }, minutes(60)));
  hosts[host_id("eu-1")].running.clear();
  hosts[host_id("eu-1")].begun.clear();
  hosts[host_id("eu-1")].silent = false;
  EXPECT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  EXPECT_FALSE(state.slots.contains(host_id("eu-1")));
}

class LateEnd : public Endings {
 protected:
  FakeHost& lost() { return hosts[host_id("eu-1")]; }
  /// eu-1 falls silent at work and is given up; an approver gives its slot back.
  void lose_and_release() {
    roll_out(head());
    ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
    lost().silent = true;
    ASSERT_TRUE(pass_until([&] { return word("eu-1") == "unreachable"; }, minutes(60)));
    ASSERT_EQ(ask(ReleaseSlot{.host = host_id("eu-1"), .reason = "known"}).verdict, Verdict::Done);
    ASSERT_FALSE(state.slots.contains(host_id("eu-1")));
  }
};

TEST_F(LateEnd, SuccessAfterItsSlotWasReleasedBooksItAgainAndIsProved) {
  lose_and_release();
  lost().health.broken_packages = 1;
  lost().silent = false;
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "verifying"; }));
  EXPECT_EQ(state.slots.at(host_id("eu-1")).snapshot.broken_packages, 0U);
  lost().health.broken_packages = 0;
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  EXPECT_FALSE(state.slots.contains(host_id("eu-1")));
}

TEST_F(LateEnd, SuccessMayExceedTheLimitThatHoldsForGrants) {
  lose_and_release();
  hosts[host_id("us-1")].takes = minutes(8);
  lost().running.clear();  // the world's own look at clusters does not know of releases
  lost().silent = false;
  ASSERT_TRUE(pass_until([&] { return word("us-1") == "working"; }, minutes(60)));
  finish(host_id("eu-1"), lost(), attempt_of(state.rollouts.at({1}), target("eu-1")));
  EXPECT_EQ(word("eu-1"), "verifying");
  EXPECT_EQ(state.slots.size(), 2U);
  EXPECT_TRUE(finishes());
}

TEST_F(LateEnd, FailureAfterItsSlotWasReleasedBooksItAgain) {
  lose_and_release();
  lost().outcome = OutcomeKind::Failed;
  lost().silent = false;
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  EXPECT_TRUE(state.slots.at(host_id("eu-1")).tainted);
}

TEST_F(LateEnd, SuccessBesideAnotherRolloutIsNotProvedAndTaintsItsSlot) {
  lose_and_release();
  const std::map<AttemptId, Instant> late = std::exchange(lost().running, {});
  lost().silent = false;
  ASSERT_TRUE(finishes());
  lost().takes = minutes(5);
  report_all();
  PlanHead second = head();
  second.name = "second";
  second.targets = "cluster = web-1 and region = eu";
  roll_out(second);
  ASSERT_TRUE(pass_until([&] { return word("eu-1", 2) == "working"; }));
  finish(host_id("eu-1"), lost(), late.begin()->first);
  EXPECT_EQ(word("eu-1", 1), "unknown");
  EXPECT_THAT(target("eu-1").row.reason, HasSubstr("R-2 has the host"));
  EXPECT_EQ(word("eu-1", 2), "working");
  EXPECT_TRUE(state.slots.at(host_id("eu-1")).tainted);
  check();
}

TEST_F(Endings, RecheckWaitsForTheEndOfAnAttemptThatWasGivenUp) {
  hosts[host_id("eu-1")].takes = minutes(90);
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  hosts[host_id("eu-1")].silent = true;
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "unreachable"; }, minutes(80)));
  hosts[host_id("eu-1")].silent = false;
  ask(RecheckHost{.host = host_id("eu-1")});
  pass(minutes(5));
  ASSERT_FALSE(hosts[host_id("eu-1")].running.empty());
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }, minutes(60)));
  EXPECT_FALSE(state.slots.contains(host_id("eu-1")));
}

TEST_F(Endings, RecheckWaitsForAPermitThatMayBeOpen) {
  hosts[host_id("eu-1")].deaf = true;
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "unreachable"; }, minutes(60)));
  ask(RecheckHost{.host = host_id("eu-1")});
  pass(minutes(1));
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));
  EXPECT_TRUE(pass_until([&] { return !state.slots.contains(host_id("eu-1")); }, minutes(3)));
}

TEST_F(Endings, AttemptThatDoesNotEndIsGivenUpAndAPersonIsAsked) {
  hosts[host_id("eu-1")].takes = hours(24 * 365);
  PlanHead plan = head();
  plan.steps[0].within = minutes(10);
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  pass(minutes(20));
  EXPECT_EQ(word("eu-1"), "working");  // one that began late has its time
  pass(minutes(3));
  EXPECT_EQ(word("eu-1"), "unreachable");
  EXPECT_EQ(target("eu-1").row.reason, "its attempt does not end");
  EXPECT_TRUE(state.slots.at(host_id("eu-1")).tainted);
  EXPECT_THAT(needs_of(state, limits, now).back().text, HasSubstr("eu-1 unreachable"));
}

TEST_F(Endings, HostIsLookedAtAgainUntilItHasComeUp) {
  for (auto& [id, host] : hosts) host.rare = true;
  report_all();
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  hosts[host_id("eu-1")].health.failed_units = 1;
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "verifying"; }));
  const int before = looks_asked;
  pass(minutes(1));
  ASSERT_EQ(word("eu-1"), "verifying");
  EXPECT_GE(looks_asked, before + 3);
  EXPECT_LE(looks_asked, before + 5);
  hosts[host_id("eu-1")].health.failed_units = 0;
  EXPECT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }, seconds(20)));
}

TEST_F(Endings, BakeEndsWithAFreshLook) {
  PlanHead plan = head({{.kind = WaveSpec::Kind::Count, .amount = 1}, {}});
  plan.advance.bake = minutes(10);
  for (auto& [id, host] : hosts) host.rare = true;
  report_all();
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  hosts[host_id("eu-1")].health.failed_units = 2;
  pass(minutes(15));
  EXPECT_EQ(word("eu-2"), "waiting");
  EXPECT_THAT(explained("eu-2").binds, HasSubstr("eu-1 is not well"));
  hosts[host_id("eu-1")].health.failed_units = 0;
  hosts[host_id("eu-1")].rare = false;
  EXPECT_TRUE(pass_until([&] { return word("eu-2") != "waiting"; }, minutes(1)));
}

TEST_F(Endings, WaveWaitsForTheHostNotWellAndExplainNamesIt) {
  PlanHead plan = head({{.kind = WaveSpec::Kind::Count, .amount = 1}, {}});
  plan.advance.bake = minutes(1);
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  hosts[host_id("eu-1")].health.broken_packages = 1;
  report_all();
  pass(minutes(2));
  ASSERT_EQ(word("eu-2"), "waiting");
  EXPECT_THAT(explained("eu-2").binds, HasSubstr("eu-1 is not well"));
  EXPECT_THAT(explained("us-1").binds, HasSubstr("eu-1 is not well"));
}

TEST_F(Endings, StopIsTakenWhenTheTableOfRequestsIsFull) {
  limits.requests_max = 3;
  for (int i = 0; i < 4; ++i) ask(ParkHost{.host = host_id("eu-1"), .until = {}, .reason = ""});
  EXPECT_EQ(ask(ParkHost{.host = host_id("eu-1"), .until = {}, .reason = ""}).verdict,
            Verdict::Refused);
  EXPECT_EQ(control(StopFleet{.reason = "smoke"}, {id_of<PublicKey>("ana")}).verdict,
            Verdict::Done);
  EXPECT_LE(state.requests.size(), 3U);
  // What was taken while the clock was ahead does not fill the table until then.
  now.wall -= hours(1);
  pass(seconds(2));
  EXPECT_TRUE(state.requests.empty());
}

/// A host has its own record key: what nobody asked it for must not fill the store.
TEST_F(Endings, RecordsThatNobodyAskedForAreNeitherStoredNorAcknowledged) {
  roll_out(head());
  ASSERT_TRUE(finishes());
  const std::size_t stored = store.size();
  const std::size_t records = state.records.size();
  acknowledged.clear();
  const FakeHost& host = hosts[host_id("eu-1")];
  for (std::uint16_t number = 2; number < 100; ++number) {
    const AttemptId base{.plan = plan_id, .step = 0, .host = host_id("eu-1"), .number = number};
    AttemptId later = base;
    later.step = 1;
    AttemptId other = base;
    other.plan = id_of<PlanId>("plan" + std::to_string(number));
    for (const AttemptId& attempt : {base, later, other}) finish(base.host, host, attempt);
  }
  EXPECT_EQ(store.size(), stored + 1) << "one alarm";
  EXPECT_EQ(state.records.size(), records);
  EXPECT_TRUE(acknowledged.empty());
  EXPECT_THAT(state.audit.recent.back().text, HasSubstr("ALARM record of an unknown attempt"));
  pass(minutes(1));
  const AttemptId stray{.plan = {}, .step = 0, .host = host_id("eu-1"), .number = 1};
  finish(stray.host, host, stray);
  EXPECT_EQ(state.hosts.at(stray.host).sight.records_refused, 295U);
  EXPECT_EQ(state.audit.alarms.size(), 1U);
}

TEST_F(Endings, HaltBetweenACheckAndAPatchStartsNoPatch) {
  PlanHead plan = head();
  plan.steps.insert(plan.steps.begin(), Step{.task = CheckStep{.argv = {"/bin/true"}}});
  plan.advance.failures = 0;
  plan.order.concurrency = 2;
  plan.order.regions_at_once = 2;
  hosts[host_id("us-2")].outcome = OutcomeKind::Failed;
  hosts[host_id("us-2")].takes = seconds(40);
  roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return target("eu-1").row.phase == TargetPhase::Verifying; }));
  ask(SteerRollout{.rollout = {1}, .act = RolloutAct::Pause, .reason = ""});
  ASSERT_TRUE(pass_until([&] { return target("eu-1").row.step == 1; }));
  ASSERT_EQ(target("eu-1").row.phase, TargetPhase::Waiting);
  ASSERT_TRUE(pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Halted; }));
  pass(seconds(5));
  EXPECT_EQ(hosts[host_id("eu-1")].starts, 1U);
  EXPECT_EQ(target("eu-1").row.phase, TargetPhase::Ended);
  EXPECT_THAT(target("eu-1").row.reason, HasSubstr("the rollout was halted"));
  EXPECT_FALSE(state.slots.contains(host_id("eu-1"))) << "nothing was done to it";
}

TEST_F(Endings, AuditNamesWhoPausedResumedAndAborted) {
  roll_out(head());
  ask(SteerRollout{.rollout = {1}, .act = RolloutAct::Pause, .reason = "lunch"});
  ask(SteerRollout{.rollout = {1}, .act = RolloutAct::Resume, .reason = "fed"});
  control(AbortPlan{.plan = plan_id, .reason = "wrong night"}, {id_of<PublicKey>("ana")});
  EXPECT_EQ(ask(SetConcurrency{.rollout = {1}, .hosts = 1}).verdict, Verdict::WrongUse);
  for (const std::string what :
       {"paused rollout=R-1 by=ana reason=lunch", "running rollout=R-1 by=ana reason=fed",
        "aborted rollout=R-1 by=ana reason=wrong night"}) {
    EXPECT_TRUE(std::ranges::any_of(state.audit.recent, [&](const AuditRow& row) {
      return row.text == "rollout " + what;
    })) << what;
  }
}

TEST_F(Endings, EndedRolloutIsNeitherStartedNorAborted) {
  roll_out(head());
  ASSERT_TRUE(finishes());
  EXPECT_EQ(ask(StartPlan{plan_id}).verdict, Verdict::WrongUse);
  control(AbortPlan{.plan = plan_id, .reason = "too late"}, {id_of<PublicKey>("ana")});
  EXPECT_EQ(state.rollouts.at({1}).row.phase, RolloutPhase::Finished);
}

class ManyRegions : public World {
 protected:
  ManyRegions() {
    add_roster();
    for (int i = 100; i < 190; ++i) {
      const std::string name = std::to_string(i);
      add_host("h" + name, {{"region", name}, {"role", "web"}, {"cluster", name}});
    }
    limits.starts_per_minute = 100;
    start();
    report_all();
    pass(seconds(4));
    plan_ = head();
    plan_.order.regions_at_once = 90;
    plan_.order.concurrency = 90;
  }
  PlanHead plan_;
};

// send() asserts that no step holds more than 64 rows.
TEST_F(ManyRegions, OpenAndEndInStepsThatFitACommit) {
  roll_out(plan_);
  EXPECT_TRUE(
      pass_until([&] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
}

TEST_F(ManyRegions, RemovalInAFullStepLeavesNothingOpen) {
  for (auto& [id, host] : hosts) host.takes = minutes(10);
  roll_out(plan_);
  ASSERT_TRUE(pass_until([&] { return totals_of(state.rollouts.at({1})).working == 90; }));
  limits.step_keys_soft = 1;
  hosts[host_id("h189")].running.clear();
  EXPECT_EQ(ask(RemoveHost{.host = host_id("h189"), .reason = "gone"}).verdict, Verdict::Done);
  EXPECT_EQ(word("h189"), "unreachable");
  EXPECT_FALSE(state.slots.contains(host_id("h189")));
}

}  // namespace
}  // namespace mainstay::coordinator
