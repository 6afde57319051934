#include "agent/executor/core/test_world.h"
#include "common/ports/store.h"

namespace mainstay::executor {
namespace {

class AttemptsTest : public ::testing::Test, protected TestWorld {
 protected:
  void SetUp() override {
    enrol();
    hear_beacon();
  }
  AttemptId dispatch_patch() {
    const auto offered = offer();
    feed(offered);
    return offered.attempt;
  }
  AttemptId intend_patch() {
    const AttemptId attempt = dispatch_patch();
    feed(Preflighted{.attempt = attempt, .refusal = {}});
    return attempt;
  }
  AttemptId start_patch() {
    const AttemptId attempt = intend_patch();
    feed(ShimStarted{attempt});
    return attempt;
  }
  static TaskResult result_with(int code) {
    TaskResult result;
    result.exit_code = code;
    return result;
  }
  void end(const AttemptId& attempt, std::optional<TaskResult> result) {
    feed(Inspected{.attempt = attempt, .evidence = {.started = true, .result = std::move(result)}});
  }
  /// As after a crash of the process: durable rows only, no beacon heard.
  void restart(const AttemptId& attempt, AttemptEvidence evidence) {
    AttemptEntry kept;
    kept.row = journal.attempts.at(attempt).row;
    journal.attempts.clear();
    journal.attempts[attempt] = kept;
    journal.beacon.reset();
    feed(Restarted{{Inspected{.attempt = attempt, .evidence = std::move(evidence)}}});
  }
};

TEST_F(AttemptsTest, WritesTheIntentInTheStepThatLaunches) {
  const AttemptId attempt = intend_patch();
  ASSERT_NE(ordered<LaunchShim>(), nullptr);
  ASSERT_EQ(last.writes.size(), 1U);
  const auto& row = std::get<AttemptRow>(last.writes[0].row);
  EXPECT_EQ(row.attempt, attempt);
  EXPECT_EQ(row.phase, AttemptPhase::Intended);
  EXPECT_EQ(row.boot, journal.boot);
}

// Descriptors are exhausted, say, while the task runs.
TEST_F(AttemptsTest, LooksOnWhileTheFolderCannotBeRead) {
  const AttemptId attempt = start_patch();
  const AttemptEvidence blind = {.unreadable = true};
  feed(Inspected{.attempt = attempt, .evidence = blind});
  EXPECT_EQ(phase(attempt), AttemptPhase::Started);
  EXPECT_NE(ordered<WatchShim>(), nullptr);
  EXPECT_EQ(ordered<LookAgainAt>(), nullptr);
  restart(attempt, blind);
  EXPECT_NE(ordered<WatchShim>(), nullptr);
  EXPECT_EQ(ordered<LaunchShim>(), nullptr);
  end(attempt, result_with(0));
  EXPECT_NE(ordered<LookAgainAt>(), nullptr);
}

TEST_F(AttemptsTest, GoesFromDispatchToClosed) {
  const AttemptId attempt = start_patch();
  EXPECT_EQ(phase(attempt), AttemptPhase::Started);
  end(attempt, result_with(0));
  ASSERT_NE(ordered<LookAgainAt>(), nullptr);
  feed(LookedAgain{.attempt = attempt,
                   .finding = {.holds = Finding::Holds::Yes, .reason = {}, .installed = {}}});
  ASSERT_NE(outcome(), nullptr);
  EXPECT_EQ(outcome()->kind, OutcomeKind::Succeeded);
  sign_last();
  EXPECT_EQ(phase(attempt), AttemptPhase::Finished);
  EXPECT_NE(told<RecordMessage>(), nullptr);
  acknowledge(attempt, dispatch);
  EXPECT_EQ(phase(attempt), AttemptPhase::Closed);
}

TEST_F(AttemptsTest, ACleanExitIsNoProof) {
  const AttemptId attempt = start_patch();
  end(attempt, result_with(0));
  feed(LookedAgain{
      .attempt = attempt,
      .finding = {.holds = Finding::Holds::No, .reason = "nginx is 1.1", .installed = {}}});
  EXPECT_EQ(outcome()->kind, OutcomeKind::Failed);
  EXPECT_EQ(outcome()->reason, "nginx is 1.1");
}

TEST_F(AttemptsTest, ABadExitIsNoneEither) {
  const AttemptId attempt = start_patch();
  end(attempt, result_with(16));
  feed(LookedAgain{.attempt = attempt,
                   .finding = {.holds = Finding::Holds::Yes, .reason = {}, .installed = {}}});
  EXPECT_EQ(outcome()->kind, OutcomeKind::Succeeded);
  EXPECT_EQ(outcome()->reason, "everything is as planned, although exit 16");
}

TEST_F(AttemptsTest, AReplayIsAnsweredWithTheRecord) {
  const auto offered = offer();
  feed(offered);
  feed(Preflighted{.attempt = offered.attempt, .refusal = "nginx is half-configured"});
  sign_last();
  feed(offered);
  ASSERT_NE(told<RecordMessage>(), nullptr);
  EXPECT_EQ(ordered<Preflight>(), nullptr);
  acknowledge(offered.attempt, dispatch);
  feed(offered);
  EXPECT_NE(told<RecordMessage>(), nullptr);
  EXPECT_EQ(ordered<Preflight>(), nullptr);
  EXPECT_EQ(ordered<LaunchShim>(), nullptr);
}

TEST_F(AttemptsTest, AnUnfitHostClosesWithoutAnIntent) {
  const AttemptId attempt = dispatch_patch();
  feed(Preflighted{.attempt = attempt, .refusal = "drift: nginx 1.3 would be installed"});
  ASSERT_NE(closing(), nullptr);
  EXPECT_EQ(closing()->kind, OutcomeKind::Refused);
  EXPECT_EQ(closing()->reason, "drift: nginx 1.3 would be installed");
}

TEST_F(AttemptsTest, APermitThatRunsOutDuringPreflightLeavesNothing) {
  const AttemptId attempt = dispatch_patch();
  advance(std::chrono::seconds(121));
  hear_beacon();
  feed(Preflighted{.attempt = attempt, .refusal = {}});
  EXPECT_EQ(rejection(), "the permit has run out");
  EXPECT_TRUE(journal.attempts.empty());
}

TEST_F(AttemptsTest, StopDuringPreflightCloses) {
  const AttemptId attempt = dispatch_patch();
  control(StopFleet{"fire"}, {&ana});
  hear_beacon();
  feed(Preflighted{.attempt = attempt, .refusal = {}});
  ASSERT_NE(closing(), nullptr);
  EXPECT_EQ(closing()->reason, "STOP is in force");
}

TEST_F(AttemptsTest, StopBarsAnIntentBeforeItIsClosed) {
  const AttemptId attempt = intend_patch();
  restart(attempt, {});
  EXPECT_EQ(ordered<LaunchShim>(), nullptr);  // no beacon yet: it waits
  control(StopFleet{"fire"}, {&ana});
  ASSERT_NE(ordered<BarStart>(), nullptr);
  EXPECT_EQ(closing(), nullptr);
  feed(Inspected{.attempt = attempt, .evidence = {.barred = true}});
  ASSERT_NE(closing(), nullptr);
  EXPECT_EQ(closing()->reason, "STOP is in force");
  sign_last();
  EXPECT_EQ(phase(attempt), AttemptPhase::Finished);
}

TEST_F(AttemptsTest, AStartThatWonTheRaceIsNotClosed) {
  const AttemptId attempt = intend_patch();
  restart(attempt, {});
  control(StopFleet{"fire"}, {&ana});
  feed(Inspected{.attempt = attempt, .evidence = {.started = true, .alive = true}});
  EXPECT_EQ(closing(), nullptr);
  EXPECT_EQ(phase(attempt), AttemptPhase::Started);
  EXPECT_NE(ordered<WatchShim>(), nullptr);
}

TEST_F(AttemptsTest, AnIntentStartsAfterARestartOnceABeaconIsHeard) {
  const AttemptId attempt = intend_patch();
  restart(attempt, {});
  EXPECT_EQ(ordered<LaunchShim>(), nullptr);
  hear_beacon();
  ASSERT_NE(ordered<LaunchShim>(), nullptr);
  hear_beacon();
  EXPECT_EQ(ordered<LaunchShim>(), nullptr);  // not twice
}

TEST_F(AttemptsTest, AnIntentOfAnotherBootIsClosed) {
  const AttemptId attempt = intend_patch();
  journal.boot.value.fill(std::byte{9});
  restart(attempt, {});
  ASSERT_NE(ordered<BarStart>(), nullptr);
  feed(Inspected{.attempt = attempt, .evidence = {.barred = true}});
  EXPECT_EQ(closing()->kind, OutcomeKind::Expired);
}

TEST_F(AttemptsTest, AResultFoundAfterARestartCounts) {
  const AttemptId attempt = start_patch();
  restart(attempt, {.started = true, .result = result_with(0)});
  ASSERT_NE(ordered<LookAgainAt>(), nullptr);
}

TEST_F(AttemptsTest, ALiveShimIsWatchedAgain) {
  const AttemptId attempt = start_patch();
  restart(attempt, {.started = true, .alive = true});
  ASSERT_NE(ordered<WatchShim>(), nullptr);
  EXPECT_EQ(ordered<LookAgainAt>(), nullptr);
}

TEST_F(AttemptsTest, WithoutResultTheProbeDecides) {
  const AttemptId attempt = start_patch();
  restart(attempt, {.started = true});
  ASSERT_NE(ordered<LookAgainAt>(), nullptr);
  feed(LookedAgain{
      .attempt = attempt,
      .finding = {.holds = Finding::Holds::CannotTell, .reason = "locked", .installed = {}}});
  EXPECT_EQ(outcome()->kind, OutcomeKind::Unknown);
}

TEST_F(AttemptsTest, AReadOnlyTaskWithoutResultIsUnknown) {
  end_first_step();
  const auto offered = offer(1);
  feed(offered);
  feed(ShimStarted{offered.attempt});
  end(offered.attempt, std::nullopt);
  ASSERT_NE(outcome(), nullptr);
  EXPECT_EQ(outcome()->kind, OutcomeKind::Unknown);
}

TEST_F(AttemptsTest, ACheckIsJudgedByItsExit) {
  end_first_step();
  const auto offered = offer(1);
  feed(offered);
  end(offered.attempt, result_with(2));
  EXPECT_EQ(outcome()->kind, OutcomeKind::Failed);
  EXPECT_EQ(outcome()->reason, "exit 2");
}

TEST_F(AttemptsTest, AShimWithoutTraceIsTriedThreeTimes) {
  const AttemptId attempt = intend_patch();
  for (unsigned launch = 2; launch <= limits.launches_max; ++launch) {
    feed(Inspected{.attempt = attempt, .evidence = {}});
    EXPECT_NE(ordered<LaunchShim>(), nullptr) << launch;
  }
  feed(Inspected{.attempt = attempt, .evidence = {}});
  EXPECT_EQ(ordered<LaunchShim>(), nullptr);
  EXPECT_NE(ordered<BarStart>(), nullptr);
}

TEST_F(AttemptsTest, AFalseAcknowledgementClosesNothing) {
  const AttemptId attempt = dispatch_patch();
  feed(Preflighted{.attempt = attempt, .refusal = "unfit"});
  sign_last();
  acknowledge(attempt, ana);
  EXPECT_EQ(phase(attempt), AttemptPhase::Finished);
}

TEST_F(AttemptsTest, ResendsRecordsUntilAcknowledged) {
  const AttemptId attempt = dispatch_patch();
  feed(Preflighted{.attempt = attempt, .refusal = "unfit"});
  sign_last();
  feed(StateAsked{});
  EXPECT_NE(told<RecordMessage>(), nullptr);
  acknowledge(attempt, dispatch);
  feed(StateAsked{});
  EXPECT_EQ(told<RecordMessage>(), nullptr);
}

TEST_F(AttemptsTest, ForgetsManyWithinTheBoundsOfAStep) {
  for (std::uint16_t number = 1; number <= 100; ++number) {
    AttemptEntry entry;
    entry.row.attempt = {.plan = {}, .step = 0, .host = leaf.host, .number = number};
    entry.row.phase = AttemptPhase::Closed;
    entry.row.plan_not_after = now.wall - kDay;
    entry.row.record = to_bytes("record");
    journal.attempts.emplace(entry.row.attempt, entry);
  }
  for (int tick = 0; tick < 4; ++tick) {
    feed(Ticked{});
    EXPECT_LE(last.writes.size(), kStepTruthKeysMax);
  }
  EXPECT_TRUE(journal.attempts.empty());
}

TEST_F(AttemptsTest, ForgetsAClosedAttemptOnlyAfterItsPlan) {
  const AttemptId attempt = dispatch_patch();
  feed(Preflighted{.attempt = attempt, .refusal = "unfit"});
  sign_last();
  acknowledge(attempt, dispatch);
  feed(Ticked{});
  EXPECT_EQ(journal.attempts.size(), 1U);
  advance(kDay + limits.clock_skew_max);
  feed(Ticked{});
  EXPECT_TRUE(journal.attempts.empty());
  ASSERT_EQ(last.writes.size(), 1U);
  EXPECT_TRUE(last.writes[0].erase);
  EXPECT_NE(ordered<RemoveFolder>(), nullptr);
}

}  // namespace
}  // namespace mainstay::executor
