#include "agent/core/agent.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "common/core/digest.h"

namespace mainstay::agent {
namespace {

class AgentTest : public testing::Test {
 protected:
  AgentEffects feed(const AgentEvent& event) {
    return step(state_, event, limits_, Now{.mono = mono_, .wall = wall_}, rng_);
  }
  void advance(Duration span) {
    mono_ += span;
    wall_ += span;
  }
  /// Ticks whenever something is due, and collects what was ordered.
  AgentEffects run_for(Duration span) {
    AgentEffects all;
    const Instant end = mono_ + span;
    while (next_due(state_, limits_) <= end) {
      const Duration wait = std::max(Duration(0), next_due(state_, limits_) - mono_);
      advance(wait);
      append(all, feed(Ticked{}));
    }
    advance(end - mono_);
    return all;
  }
  static void append(AgentEffects& all, AgentEffects more) {
    for (auto& command : more.commands) all.commands.push_back(std::move(command));
  }
  template <class T>
  static std::vector<T> to_centre(const AgentEffects& effects) {
    std::vector<T> found;
    for (const auto& command : effects.commands) {
      const auto* sent = std::get_if<SendToCentre>(&command);
      if (sent == nullptr) continue;
      if (const auto* message = std::get_if<T>(&sent->message)) found.push_back(*message);
    }
    return found;
  }
  template <class T>
  static std::vector<T> to_executor(const AgentEffects& effects) {
    std::vector<T> found;
    for (const auto& command : effects.commands) {
      const auto* sent = std::get_if<SendToExecutor>(&command);
      if (sent == nullptr) continue;
      if (const auto* request = std::get_if<T>(&sent->request)) found.push_back(*request);
    }
    return found;
  }
  template <class T>
  static std::size_t count(const AgentEffects& effects) {
    std::size_t found = 0;
    for (const auto& command : effects.commands) found += std::holds_alternative<T>(command);
    return found;
  }
  static std::vector<std::string> roots(const AgentEffects& effects) {
    std::vector<std::string> found;
    for (const auto& command : effects.commands) {
      if (const auto* look = std::get_if<LookNow>(&command)) found.push_back(look->root);
    }
    return found;
  }
  static Looked looked(std::uint32_t broken = 0) {
    return {.health = Health{.broken_packages = broken},
            .facts = {{.fact = Fact::PatchSecurity, .value = 3},
                      {.fact = Fact::PatchListsAge, .value = 100},
                      {.fact = Fact::ExecutorPresent, .value = 7}},
            .os = "debian 12",
            .architecture = "amd64"};
  }
  static ExecutorSaid executor_state(Term term = Term{5}) {
    ExecutorState said;
    said.term_seen = term;
    said.control_seen = ControlNumber{4};
    said.label_serial_seen = 1;
    return {said};
  }
  static CentreSaid said(HostOrder order) {
    return {.order = std::move(order), .frame = Digest{}, .acknowledged = std::nullopt};
  }
  static AttemptId attempt() {
    return {.plan = {}, .step = 0, .host = *HostId::parse("web-1"), .number = 1};
  }
  static CentreSaid dispatch() {
    return said(DispatchMessage{{.attempt = attempt(),
                                 .head = to_bytes("head"),
                                 .leaf = to_bytes("leaf"),
                                 .proof = {},
                                 .permit = std::nullopt}});
  }
  static Resolve resolve(std::byte number) {
    Resolve order;
    order.draft.value[0] = number;
    return order;
  }
  /// What the centre hears when it asks for everything.
  std::map<Fact, std::int64_t> all_facts() {
    auto effects = feed(said(TellAll{}));
    append(effects, run_for(limits_.report_spacing));
    const auto reports = to_centre<Report>(effects);
    std::map<Fact, std::int64_t> facts;
    if (reports.size() != 1 || !reports[0].is_whole) return facts;
    for (const auto& reading : reports[0].facts) {
      EXPECT_TRUE(facts.emplace(reading.fact, reading.value).second);
    }
    return facts;
  }
  void start() {
    feed(Restarted{.agent_version = "1.0", .boot = boot_, .binding = {}, .labels = {}});
    run_for(limits_.root_patience);
    feed(looked());
  }
  /// Started, greeted, executor known.
  void settle() {
    start();
    feed(ExecutorUp{});
    feed(executor_state());
    feed(ConnectionUp{});
    run_for(limits_.report_interval * 3);
  }

  AgentState state_;
  AgentLimits limits_;
  Rng rng_{1};
  BootId boot_ = *BootId::from(Bytes(32, std::byte{9}));
  Instant mono_ = instant_from_ms(1'000'000);
  WallTime wall_ = wall_from_ms(1'700'000'000'000);
};

// ---- an executor that rests

TEST_F(AgentTest, LeavesARestingExecutorAloneAndStillCountsIt) {
  settle();
  const auto rested = feed(ExecutorSaid{Resting{}});
  EXPECT_EQ(count<LeaveExecutor>(rested), 1U);
  const auto idle = run_for(limits_.report_interval * 6);
  EXPECT_EQ(count<SendToExecutor>(idle), 0U);
  EXPECT_EQ(count<WakeExecutor>(idle), 0U);
  const auto reports = to_centre<Report>(idle);
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.back().term_seen, Term{5}) << "its last word counts";
  EXPECT_EQ(all_facts().at(Fact::ExecutorPresent), 1);
  feed(ConnectionDown{});
  EXPECT_EQ(to_centre<Hello>(feed(ConnectionUp{})).size(), 1U) << "a greeting waits for nothing";
}

TEST_F(AgentTest, WakesAnExecutorOnceForAllThatComesForItAndKeepsTheOrder) {
  settle();
  feed(ExecutorSaid{Resting{}});
  EXPECT_EQ(count<WakeExecutor>(feed(said(ControlMessage{to_bytes("stop")}))), 1U);
  EXPECT_EQ(count<WakeExecutor>(feed(dispatch())), 0U);
  feed(said(BeaconMessage{to_bytes("beacon")}));
  const auto up = feed(ExecutorUp{});
  std::vector<std::size_t> kinds;
  for (const auto& command : up.commands) {
    if (const auto* sent = std::get_if<SendToExecutor>(&command))
      kinds.push_back(sent->request.index());
  }
  const std::vector<std::size_t> wanted = {
      ExecutorRequest(OfferBeacon{}).index(), ExecutorRequest(AskState{}).index(),
      ExecutorRequest(OfferControl{}).index(), ExecutorRequest(OfferDispatch{}).index()};
  EXPECT_EQ(kinds, wanted);
}

TEST_F(AgentTest, TakesAnExecutorThatDoesNotWakeForGone) {
  settle();
  feed(ExecutorSaid{Resting{}});
  feed(dispatch());
  feed(said(resolve(std::byte{1})));
  const auto late = run_for(limits_.wake_time_max);
  ASSERT_EQ(to_centre<ResolveAnswer>(late).size(), 1U);
  EXPECT_EQ(to_centre<Rejection>(feed(dispatch())).size(), 1U);
  EXPECT_EQ(all_facts().at(Fact::ExecutorPresent), 0);
}

// The service manager takes connections for one that does not come up.
TEST_F(AgentTest, TakesAnExecutorThatIsConnectedAndSaysNothingForGone) {
  settle();
  feed(ExecutorSaid{Resting{}});
  feed(dispatch());
  feed(ExecutorUp{});
  run_for(limits_.wake_time_max);
  EXPECT_EQ(to_centre<Rejection>(feed(dispatch())).size(), 1U);
  EXPECT_EQ(to_centre<ResolveAnswer>(feed(said(resolve(std::byte{1})))).size(), 1U);
  EXPECT_EQ(all_facts().at(Fact::ExecutorPresent), 0);
  feed(executor_state());
  EXPECT_TRUE(to_centre<Rejection>(feed(dispatch())).empty()) << "it has come up after all";
}

TEST_F(AgentTest, WakesAnExecutorThatHasRestedForLongToSeeThatThereIsOne) {
  settle();
  feed(ExecutorSaid{Resting{}});
  EXPECT_EQ(count<WakeExecutor>(run_for(limits_.rest_time_max)), 1U);
}

TEST_F(AgentTest, RefusesWhatARestingExecutorHasNoRoomFor) {
  settle();
  feed(ExecutorSaid{Resting{}});
  for (std::size_t i = 0; i < limits_.waiting_max; ++i) {
    EXPECT_TRUE(to_centre<Rejection>(feed(dispatch())).empty());
  }
  EXPECT_EQ(to_centre<Rejection>(feed(dispatch())).size(), 1U);
}

TEST_F(AgentTest, AsksAnExecutorThatRestedMeanwhileForItsListsAgain) {
  settle();
  feed(said(resolve(std::byte{1})));
  const auto rested = feed(ExecutorSaid{Resting{}});
  EXPECT_EQ(count<WakeExecutor>(rested), 1U);
  EXPECT_EQ(to_executor<AskRefresh>(feed(ExecutorUp{})).size(), 1U);
}

TEST_F(AgentTest, LooksAtTheMachineIfNoExecutorSaysWhereAndConnectsWithinTheSpread) {
  const auto first =
      feed(Restarted{.agent_version = "1.0", .boot = boot_, .binding = {}, .labels = {}});
  EXPECT_EQ(count<LookNow>(first), 0U);
  EXPECT_EQ(count<Connect>(first), 0U);
  const auto later = run_for(limits_.connect_spread);
  EXPECT_EQ(roots(later), std::vector<std::string>{""});
  EXPECT_EQ(count<Connect>(later), 1U);
  EXPECT_EQ(count<Connect>(run_for(std::chrono::hours(1))), 0U);
}

TEST_F(AgentTest, LooksAtOnceBelowTheRootThatTheExecutorNames) {
  feed(Restarted{.agent_version = "1.0", .boot = boot_, .binding = {}, .labels = {}});
  feed(ExecutorUp{});
  EXPECT_EQ(count<LookNow>(feed(ExecutorSaid{PackageRoot{"/srv/image"}})), 0U);
  EXPECT_EQ(roots(feed(executor_state())), std::vector<std::string>{"/srv/image"});
  feed(looked());
  feed(ExecutorDown{});
  EXPECT_EQ(roots(feed(said(LookAgain{}))), std::vector<std::string>{"/srv/image"})
      << "its last word counts while it is away";
}

TEST_F(AgentTest, LooksAgainWhenTheRootTurnsOutToBeAnother) {
  start();
  feed(ExecutorUp{});
  const auto moved = feed(ExecutorSaid{PackageRoot{"/srv/image"}});
  EXPECT_EQ(roots(moved), std::vector<std::string>{"/srv/image"});
  EXPECT_TRUE(roots(feed(ExecutorSaid{PackageRoot{"--evil"}})).empty());
}

TEST_F(AgentTest, GreetsOnEachConnectionWithWhatTheExecutorSaw) {
  start();
  feed(ExecutorUp{});
  feed(executor_state());
  for (int i = 0; i < 2; ++i) {
    const auto hellos = to_centre<Hello>(feed(ConnectionUp{}));
    ASSERT_EQ(hellos.size(), 1U);
    EXPECT_EQ(hellos[0].term_seen, Term{5});
    EXPECT_EQ(hellos[0].control_seen, ControlNumber{4});
    EXPECT_EQ(hellos[0].boot, boot_);
    EXPECT_EQ(hellos[0].boottime, mono_);
    EXPECT_EQ(hellos[0].os, "debian 12");
    feed(ConnectionDown{});
  }
}

TEST_F(AgentTest, GreetsWithoutAnExecutorAfterSomePatienceAndAgainWhenItCame) {
  start();
  EXPECT_TRUE(to_centre<Hello>(feed(ConnectionUp{})).empty());
  EXPECT_EQ(to_centre<Hello>(run_for(limits_.hello_patience)).size(), 1U);
  EXPECT_TRUE(to_centre<Hello>(run_for(limits_.report_interval)).empty());
  feed(ExecutorUp{});
  const auto hellos = to_centre<Hello>(feed(executor_state()));
  ASSERT_EQ(hellos.size(), 1U);
  EXPECT_EQ(hellos[0].term_seen, Term{5});
}

TEST_F(AgentTest, ReportsOnItsInterval) {
  settle();
  const auto reports = to_centre<Report>(run_for(limits_.report_interval * 5));
  ASSERT_EQ(reports.size(), 5U);
  EXPECT_EQ(reports[4].sequence, reports[0].sequence) << "nothing was told that could be missed";
}

TEST_F(AgentTest, FactsOfTheExecutorUptimeAndListsAreOfTheMomentOfTheReport) {
  settle();
  feed(ExecutorDown{});
  const auto facts = all_facts();
  EXPECT_EQ(facts.at(Fact::ExecutorPresent), 0);
  // Three reports after the look, and the spacing to the next one.
  EXPECT_EQ(facts.at(Fact::PatchListsAge), 130);
  EXPECT_EQ(facts.at(Fact::UptimeSeconds), 1031);
}

TEST_F(AgentTest, LookAgainIsAnsweredByAReportOfALookThatBeganAfterIt) {
  settle();
  const WallTime asked = wall_;
  EXPECT_EQ(count<LookNow>(feed(said(LookAgain{}))), 1U);
  advance(Duration(100));
  EXPECT_TRUE(to_centre<Report>(feed(Ticked{})).empty());
  const auto reports = to_centre<Report>(feed(looked(2)));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].health_at, asked);
  EXPECT_EQ(reports[0].health.broken_packages, 2U);
}

TEST_F(AgentTest, ALookGoingOnDoesNotAnswerALaterQuestion) {
  settle();
  feed(said(LookAgain{}));
  advance(Duration(100));
  const WallTime asked = wall_;
  EXPECT_EQ(count<LookNow>(feed(said(LookAgain{}))), 0U);
  const auto between = feed(looked());
  EXPECT_EQ(count<LookNow>(between), 1U);
  EXPECT_TRUE(to_centre<Report>(between).empty());
  advance(Duration(500));
  const auto reports = to_centre<Report>(feed(looked()));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_GE(reports[0].health_at, asked);
}

TEST_F(AgentTest, AChangeIsReportedAtOnceAndSameNewsIsNot) {
  settle();
  append(*std::make_unique<AgentEffects>(), feed(said(LookAgain{})));
  feed(looked());
  EXPECT_EQ(count<LookNow>(run_for(limits_.look_interval)), 1U);
  feed(looked());
  run_for(limits_.report_interval);
  ASSERT_EQ(count<LookNow>(run_for(limits_.look_interval)), 1U);
  advance(Duration(300));
  EXPECT_EQ(to_centre<Report>(feed(looked(1))).size(), 1U);
}

TEST_F(AgentTest, AFailedLookNeverMakesHealthYounger) {
  settle();
  const WallTime seen = to_centre<Report>(run_for(limits_.report_interval)).at(0).health_at;
  feed(said(LookAgain{}));
  advance(Duration(500));
  const auto reports = to_centre<Report>(
      feed(Looked{.health = std::nullopt, .facts = {}, .os = "", .architecture = ""}));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].health_at, seen);
  EXPECT_EQ(reports[0].lost.size(), 2U) << "what it told before is known no more";
  EXPECT_EQ(count<LookNow>(run_for(limits_.look_retry)), 1U);
}

TEST_F(AgentTest, ALookThatNeverEndsIsGivenUpAndRepeated) {
  settle();
  feed(said(LookAgain{}));
  EXPECT_EQ(count<LookNow>(run_for(limits_.look_time_max + limits_.look_retry)), 1U);
}

TEST_F(AgentTest, AnOutcomeIsSentAndFollowedByAYoungerLook) {
  settle();
  const auto ended = feed(ExecutorSaid{RecordMessage{to_bytes("outcome")}});
  EXPECT_EQ(to_centre<RecordMessage>(ended).size(), 1U);
  EXPECT_EQ(count<LookNow>(ended), 1U);
  const WallTime finished = wall_;
  advance(Duration(900));
  const auto reports = to_centre<Report>(feed(looked()));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_GE(reports[0].health_at, finished);
}

TEST_F(AgentTest, ARecordIsResentUntilItIsAcknowledged) {
  settle();
  const Bytes record = to_bytes("outcome");
  feed(ExecutorSaid{RecordMessage{record}});
  const auto hour = run_for(std::chrono::hours(1));
  // At least every minute and a half second, at most twice a second.
  EXPECT_GE(to_centre<RecordMessage>(hour).size(), 3600U / 61U);
  EXPECT_LE(to_centre<RecordMessage>(hour).size(), 400U);
  CentreSaid acknowledged = said(AcknowledgementMessage{to_bytes("signed")});
  acknowledged.acknowledged = sha256(record);
  EXPECT_EQ(to_executor<OfferAcknowledgement>(feed(acknowledged)).size(), 1U);
  EXPECT_TRUE(to_centre<RecordMessage>(run_for(std::chrono::hours(1))).empty());
}

TEST_F(AgentTest, AnAcknowledgementNobodyCanCloseOnKeepsTheRecord) {
  settle();
  const Bytes record = to_bytes("outcome");
  feed(ExecutorSaid{RecordMessage{record}});
  feed(ExecutorDown{});
  CentreSaid acknowledged = said(AcknowledgementMessage{to_bytes("signed")});
  acknowledged.acknowledged = sha256(record);
  feed(acknowledged);
  EXPECT_EQ(state_.spool.size(), 1U);
}

TEST_F(AgentTest, RecordsWaitForTheConnectionAndLeaveAfterTheGreeting) {
  settle();
  feed(ConnectionDown{});
  EXPECT_TRUE(to_centre<RecordMessage>(feed(ExecutorSaid{RecordMessage{to_bytes("a")}})).empty());
  feed(ExecutorSaid{RecordMessage{to_bytes("a")}});
  feed(ExecutorSaid{RecordMessage{to_bytes("b")}});
  const auto back = feed(ConnectionUp{});
  EXPECT_EQ(to_centre<RecordMessage>(back).size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Hello>(std::get<SendToCentre>(back.commands[0]).message));
}

TEST_F(AgentTest, AFullSpoolTakesNoMoreAndLosesNone) {
  settle();
  for (std::size_t i = 0; i < limits_.records_max + 3; ++i) {
    feed(ExecutorSaid{RecordMessage{to_bytes(std::to_string(i))}});
  }
  EXPECT_EQ(state_.spool.size(), limits_.records_max);
  EXPECT_TRUE(state_.spool.contains(sha256(as_bytes("0"))));
  EXPECT_EQ(state_.counts.records_deferred, 3U);
  // The journal owns them: it is asked again.
  EXPECT_GE(to_executor<AskState>(run_for(limits_.state_interval)).size(), 1U);
}

TEST_F(AgentTest, WithoutAnExecutorADispatchIsRejected) {
  start();
  feed(ConnectionUp{});
  run_for(limits_.hello_patience);
  const auto rejections = to_centre<Rejection>(feed(dispatch()));
  ASSERT_EQ(rejections.size(), 1U);
  EXPECT_EQ(rejections[0].reason, "no executor on this host");
  EXPECT_EQ(rejections[0].attempt, attempt());
}

TEST_F(AgentTest, TheNewestBeaconGoesBeforeADispatchAlsoToANewExecutor) {
  settle();
  feed(said(BeaconMessage{to_bytes("old")}));
  feed(ExecutorDown{});
  feed(said(BeaconMessage{to_bytes("new")}));
  const auto up = feed(ExecutorUp{});
  ASSERT_EQ(to_executor<OfferBeacon>(up).size(), 1U);
  EXPECT_EQ(to_executor<OfferBeacon>(up)[0].beacon, to_bytes("new"));
  const auto dispatched = feed(dispatch());
  EXPECT_EQ(to_executor<OfferDispatch>(dispatched).size(), 1U);
  EXPECT_TRUE(to_executor<OfferBeacon>(dispatched).empty());
}

TEST_F(AgentTest, ABeaconThatWaitedTooLongIsNotOffered) {
  settle();
  feed(ExecutorDown{});
  feed(said(BeaconMessage{to_bytes("old")}));
  run_for(limits_.beacon_age_max + Duration(1));
  EXPECT_TRUE(to_executor<OfferBeacon>(feed(ExecutorUp{})).empty());
}

TEST_F(AgentTest, StatementsWaitForTheExecutorInTheirOrder) {
  settle();
  feed(ExecutorDown{});
  for (const auto* text : {"1", "2", "2", "3"}) feed(said(ControlMessage{to_bytes(text)}));
  const auto offered = to_executor<OfferControl>(feed(ExecutorUp{}));
  ASSERT_EQ(offered.size(), 3U);
  EXPECT_EQ(offered[0].statement, to_bytes("1"));
  EXPECT_EQ(offered[2].statement, to_bytes("3"));
}

TEST_F(AgentTest, WaitingStatementsAreBounded) {
  start();
  for (std::size_t i = 0; i < limits_.statements_max + 2; ++i) {
    feed(said(ControlMessage{to_bytes(std::to_string(i))}));
  }
  EXPECT_EQ(state_.relay.statements.size(), limits_.statements_max);
  EXPECT_EQ(state_.counts.statements_dropped, 2U);
}

TEST_F(AgentTest, RejectionsAndLogsAreSentOn) {
  settle();
  EXPECT_EQ(to_centre<Rejection>(feed(ExecutorSaid{Rejection{attempt(), {}, "expired"}})).size(),
            1U);
  EXPECT_EQ(to_executor<AskLog>(feed(said(SendLog{attempt()}))).size(), 1U);
  EXPECT_EQ(
      to_centre<LogPart>(feed(ExecutorSaid{LogPart{attempt(), {{}, 0, 1, to_bytes("x")}}})).size(),
      1U);
}

TEST_F(AgentTest, LabelsOfTheEnrolmentGoToAnExecutorThatHasNone) {
  feed(Restarted{.agent_version = "1.0",
                 .boot = boot_,
                 .binding = to_bytes("binding"),
                 .labels = to_bytes("labels")});
  feed(ExecutorUp{});
  EXPECT_TRUE(to_executor<OfferLabels>(feed(executor_state())).empty());
  const auto offered = feed(ExecutorSaid{ExecutorState{}});
  EXPECT_EQ(to_executor<OfferLabels>(offered).size(), 1U);
  EXPECT_EQ(to_executor<OfferBinding>(offered).size(), 1U);
}

TEST_F(AgentTest, AnAttemptThatMovesOnIsReportedAtOnce) {
  settle();
  ExecutorState moved = std::get<ExecutorState>(executor_state().message);
  moved.open.push_back({.attempt = attempt(), .phase = AttemptPhase::Started});
  advance(Duration(300));
  const auto reports = to_centre<Report>(feed(ExecutorSaid{moved}));
  ASSERT_EQ(reports.size(), 1U);
  ASSERT_EQ(reports[0].open.size(), 1U);
  EXPECT_EQ(reports[0].open[0].phase, AttemptPhase::Started);
}

TEST_F(AgentTest, RefreshesListsThatGrewOldAndLooksAgain) {
  settle();
  Looked old = looked();
  old.facts[1].value = 6 * 3600 - 1;
  feed(said(LookAgain{}));
  EXPECT_TRUE(to_executor<AskRefresh>(feed(old)).empty());
  old.facts[1].value += 1;
  feed(said(LookAgain{}));
  EXPECT_EQ(to_executor<AskRefresh>(feed(old)).size(), 1U);
  feed(said(LookAgain{}));
  EXPECT_TRUE(to_executor<AskRefresh>(feed(old)).empty()) << "one a pause is enough";
  EXPECT_EQ(count<LookNow>(feed(ExecutorSaid{Refreshed{}})), 1U);
  EXPECT_EQ(count<LookNow>(feed(ExecutorSaid{Refreshed{}})), 0U) << "that nobody asked for";
}

TEST_F(AgentTest, ResolvingRefreshesThenSimulatesThenAnswers) {
  settle();
  const Resolve order = resolve(std::byte{1});
  EXPECT_EQ(to_executor<AskRefresh>(feed(said(order))).size(), 1U);
  EXPECT_TRUE(feed(said(order)).commands.empty());  // asked again meanwhile
  EXPECT_EQ(count<ResolveNow>(feed(ExecutorSaid{Refreshed{}})), 1U);
  const ResolveAnswer found{
      .draft = order.draft, .packages = {{"a:all", "1"}}, .kept = {}, .refusal = ""};
  const auto answers = to_centre<ResolveAnswer>(feed(Resolved{found}));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].packages.size(), 1U);
}

TEST_F(AgentTest, ResolvingIsRefusedWithTheReason) {
  settle();
  feed(said(resolve(std::byte{1})));
  auto answers = to_centre<ResolveAnswer>(feed(ExecutorSaid{Refreshed{"repository is gone"}}));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].refusal, "repository is gone");
  feed(said(resolve(std::byte{2})));
  answers = to_centre<ResolveAnswer>(run_for(limits_.refresh_time_max));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].refusal, "refreshing the package lists took too long");
  feed(ExecutorDown{});
  answers = to_centre<ResolveAnswer>(feed(said(resolve(std::byte{3}))));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].refusal, "no executor on this host");
}

TEST_F(AgentTest, ResolvesAreDoneOneAfterTheOtherAndBounded) {
  settle();
  for (std::size_t i = 0; i < limits_.resolves_max; ++i) {
    feed(said(resolve(static_cast<std::byte>(i))));
  }
  const auto refused = to_centre<ResolveAnswer>(feed(said(resolve(std::byte{99}))));
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].refusal, "busy: resolving for other plans");
  EXPECT_EQ(to_executor<AskRefresh>(feed(ExecutorSaid{Refreshed{"no"}})).size(), 1U);
}

TEST_F(AgentTest, LateAnswersAreIgnored) {
  settle();
  EXPECT_TRUE(feed(ExecutorSaid{Refreshed{}}).commands.empty());
  EXPECT_TRUE(feed(Resolved{}).commands.empty());
  EXPECT_TRUE(feed(looked(5)).commands.empty());
}

TEST_F(AgentTest, BrokenStateIsNoticed) {
  state_.relay.resolves.resize(limits_.resolves_max + 1);
  EXPECT_DEATH(check_invariants(state_, limits_), "");
}

}  // namespace
}  // namespace mainstay::agent
