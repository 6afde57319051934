#include "agent/executor/core/test_world.h"

namespace mainstay::executor {
namespace {

class RebootTest : public ::testing::Test, protected TestWorld {
 protected:
  void SetUp() override {
    enrol();
    hear_beacon();
    head.steps = {{.task = RebootStep{}, .within = std::chrono::minutes(10)}};
    const auto offered = offer();
    attempt = offered.attempt;
    feed(offered);
    ASSERT_NE(ordered<LaunchShim>(), nullptr);
    feed(ShimStarted{attempt});
  }
  void found(AttemptEvidence evidence) {
    feed(Inspected{.attempt = attempt, .evidence = std::move(evidence)});
  }
  static AttemptEvidence ended(int code) {
    TaskResult result;
    result.exit_code = code;
    return {.started = true, .result = result};
  }
  /// The machine came up again, and the process with it.
  void boot(AttemptEvidence evidence) {
    AttemptEntry kept;
    kept.row = journal.attempts.at(attempt).row;
    journal.attempts.clear();
    journal.attempts[attempt] = kept;
    journal.beacon.reset();
    journal.boot.value.fill(std::byte{8});
    now.mono = instant_from_ms(5'000);
    now.wall += std::chrono::minutes(2);
    feed(Restarted{{Inspected{.attempt = attempt, .evidence = std::move(evidence)}}});
  }
  void looked(Finding::Holds holds, std::string reason = {}) {
    feed(LookedAgain{.attempt = attempt,
                     .finding = {.holds = holds, .reason = std::move(reason), .installed = {}}});
  }

  AttemptId attempt;
};

TEST_F(RebootTest, IsProvenByAnotherBootAndALookAtTheMachine) {
  boot({.started = true});
  ASSERT_NE(ordered<LookAgainAt>(), nullptr);
  looked(Finding::Holds::Yes);
  ASSERT_NE(outcome(), nullptr);
  EXPECT_EQ(outcome()->kind, OutcomeKind::Succeeded);
  EXPECT_EQ(outcome()->boot, journal.boot) << "of the boot that it led to";
}

TEST_F(RebootTest, FailsIfTheMachineBootsButDoesNotComeUp) {
  boot({.started = true});
  looked(Finding::Holds::No, "the machine has booted, but is not up");
  EXPECT_EQ(outcome()->kind, OutcomeKind::Failed);
  EXPECT_EQ(outcome()->reason, "the machine has booted, but is not up");
}

TEST_F(RebootTest, IsUnknownIfNobodyCouldLookAfterTheBoot) {
  boot({.started = true});
  looked(Finding::Holds::CannotTell, "the restart helper did not answer");
  EXPECT_EQ(outcome()->kind, OutcomeKind::Unknown);
}

TEST_F(RebootTest, AnExitThatTheShutdownCausedTellsNothing) {
  AttemptEvidence evidence = ended(0);
  evidence.result->reason = "it was asked to end, as when the machine goes down";
  found(evidence);
  EXPECT_EQ(ordered<SignRecord>(), nullptr);
  evidence.result->reason.clear();
  evidence.result->timed_out = true;
  found(evidence);
  EXPECT_EQ(ordered<SignRecord>(), nullptr);
}

// The task is ended as the machine goes down, and this process may see that.
TEST_F(RebootTest, IsNotOverWhenItsTaskIsEndedByTheShutdown) {
  for (const AttemptEvidence& evidence :
       {ended(143), ended(137), AttemptEvidence{.started = true}}) {
    found(evidence);
    EXPECT_EQ(phase(attempt), AttemptPhase::Started);
    EXPECT_EQ(ordered<SignRecord>(), nullptr);
    feed(Ticked{});
    EXPECT_EQ(ordered<SignRecord>(), nullptr);
  }
  boot(ended(143));
  looked(Finding::Holds::Yes);
  EXPECT_EQ(outcome()->kind, OutcomeKind::Succeeded);
}

TEST_F(RebootTest, FailsWhenItsTimeIsOverInTheSameBoot) {
  found(ended(143));
  advance(std::chrono::minutes(13));
  feed(Ticked{});
  ASSERT_NE(outcome(), nullptr);
  EXPECT_EQ(outcome()->kind, OutcomeKind::Failed);
  EXPECT_EQ(outcome()->reason, "it did not go down within its time (signal 15)");
}

TEST_F(RebootTest, SaysWhetherItWasNeededOrCouldNotBeOrdered) {
  found(ended(0));
  ASSERT_NE(outcome(), nullptr);
  EXPECT_EQ(outcome()->kind, OutcomeKind::Succeeded);
  EXPECT_EQ(outcome()->reason, "no reboot was needed");
}

TEST_F(RebootTest, FailsAtOnceIfItCouldNotBeOrdered) {
  found(ended(1));
  ASSERT_NE(outcome(), nullptr);
  EXPECT_EQ(outcome()->kind, OutcomeKind::Failed);
  EXPECT_EQ(outcome()->reason, "the reboot could not be ordered (exit 1)");
}

TEST_F(RebootTest, NeedsAPermitAndAConfigurationThatAllowsIt) {
  head.steps = {{.task = RebootStep{}}};
  auto without = offer(0, 2);
  without.permit.reset();
  feed(without);
  EXPECT_EQ(rejection(), "a disruptive step needs a permit");
  journal.attempts.clear();
  limits.tasks.erase(TaskKind::Reboot);
  feed(offer(0, 3));
  ASSERT_NE(closing(), nullptr);
  EXPECT_EQ(closing()->reason, "this host's configuration does not allow the task reboot");
}

}  // namespace
}  // namespace mainstay::executor
