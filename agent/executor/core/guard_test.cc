#include "agent/executor/core/guard.h"

#include "agent/executor/core/test_world.h"

namespace mainstay::executor {
namespace {

class GuardTest : public ::testing::Test, protected TestWorld {
 protected:
  void SetUp() override {
    enrol();
    hear_beacon();
  }
  /// Refused, with nothing kept and nothing written.
  void expect_refused(const DispatchOffered& offered, std::string_view reason) {
    feed(offered);
    EXPECT_EQ(rejection(), reason);
    EXPECT_TRUE(journal.attempts.empty());
    EXPECT_TRUE(last.writes.empty());
    EXPECT_EQ(ordered<Preflight>(), nullptr);
    EXPECT_EQ(ordered<LaunchShim>(), nullptr);
  }
  void expect_closed(const DispatchOffered& offered, OutcomeKind kind, std::string_view reason) {
    feed(offered);
    ASSERT_NE(closing(), nullptr) << rejection();
    EXPECT_EQ(closing()->kind, kind);
    EXPECT_EQ(closing()->reason, reason);
    EXPECT_EQ(ordered<LaunchShim>(), nullptr);
  }
};

TEST_F(GuardTest, StartsWhatIsAllRight) {
  feed(offer());
  EXPECT_EQ(rejection(), "");
  ASSERT_NE(ordered<Preflight>(), nullptr);
}

TEST_F(GuardTest, RefusesAPlanOfAnotherHost) {
  auto offered = offer();
  offered.attempt.host = *HostId::parse("web-2");
  expect_refused(offered, "for another host");
  leaf.host = *HostId::parse("web-2");
  auto other_leaf = offer();
  other_leaf.attempt.host = journal.host.host;
  expect_refused(other_leaf, "the leaf is of another host");
}

TEST_F(GuardTest, RefusesALeafForAnotherRecordKey) {
  leaf.record_key = ben.key();
  expect_refused(offer(), "the leaf names another record key");
}

TEST_F(GuardTest, RefusesALeafThatWasNotSigned) {
  auto offered = offer();
  offered.leaf.packages[0].version = "6.6.6";
  offered.leaf_bytes = encode(offered.leaf);
  expect_refused(offered, "the leaf is not proven in the head");
}

TEST_F(GuardTest, RefusesAHeadOfAnotherPlanAndAStepItHasNot) {
  auto offered = offer();
  offered.attempt.plan = sha256(as_bytes("another plan"));
  expect_refused(offered, "the head is of another plan");
  expect_refused(offer(2), "the plan has no such step");
}

TEST_F(GuardTest, StepsGoInTheOrderThatWasSigned) {
  // Whoever holds the coordinator cannot leave the check before a patch out.
  head.steps = {{.task = CheckStep{.argv = {"/bin/true"}}}, {.task = PatchStep{}}};
  const auto patch = [&] {
    DispatchOffered offered = offer(1);
    offered.permit = in_batch(permit_for(offered.attempt), dispatch);
    return offered;
  };
  expect_refused(patch(), "the step before it has not succeeded on this host");
  end_first_step(false);
  feed(patch());
  EXPECT_EQ(rejection(), "the step before it has not succeeded on this host");
  EXPECT_EQ(journal.attempts.size(), 1U);
  end_first_step();
  feed(patch());
  EXPECT_NE(ordered<Preflight>(), nullptr);
}

TEST_F(GuardTest, RefusesWithoutOperators) {
  expect_refused(offer_signed_by({&dispatch}), "signed by 0 of 1 operators needed");
  expect_refused(offer_signed_by({&ben}), "signed by 0 of 1 operators needed");
}

TEST_F(GuardTest, ViewersAndTheExpiredDoNotCount) {
  add_operator("ben", ben, Role::Viewer);
  expect_refused(offer_signed_by({&ben}), "signed by 0 of 1 operators needed");
  journal.roster.operators[0].expires = now.wall;
  expect_refused(offer(), "signed by 0 of 1 operators needed");
}

TEST_F(GuardTest, AScopeBindsToCertifiedLabels) {
  add_operator("ben", ben, Role::Operator, "region = us");
  expect_refused(offer_signed_by({&ben}), "signed by 0 of 1 operators needed");
  journal.roster.operators[1].scope = "zone = a";  // the host has no such label: undecided
  expect_refused(offer_signed_by({&ben}), "signed by 0 of 1 operators needed");
  journal.roster.operators[1].scope = "region = eu";
  feed(offer_signed_by({&ben}));
  EXPECT_NE(ordered<Preflight>(), nullptr);
}

TEST_F(GuardTest, AnExpiredCertificatePutsNobodyInScope) {
  add_operator("ben", ben, Role::Operator, "region = eu");
  journal.labels_until = now.wall;
  expect_refused(offer_signed_by({&ben}),
                 "signed by 0 of 1 operators needed; this host's labels have expired");
  feed(offer());  // ana has no scope
  EXPECT_NE(ordered<Preflight>(), nullptr);
}

TEST_F(GuardTest, ReadingStepsLeaveHalfOfTheJournalToTheOthers) {
  limits.attempts_max = 4;
  for (std::uint16_t number = 1; number <= 2; ++number) {
    const AttemptId done{
        .plan = sha256(as_bytes("look")), .step = 0, .host = leaf.host, .number = number};
    journal.attempts[done].row.attempt = done;
    journal.attempts[done].row.phase = AttemptPhase::Closed;
    journal.attempts[done].row.record = to_bytes("closed");
  }
  const auto patch = offer();
  head.steps = {{.task = CheckStep{.argv = {"/bin/true"}}}};
  feed(offer());
  EXPECT_EQ(rejection(), "the journal is full");
  feed(patch);
  EXPECT_NE(ordered<Preflight>(), nullptr) << "it disrupts, and has room";
}

TEST_F(GuardTest, TwoAreNeededWhereTwoAreAskedAndAble) {
  journal.roster.signatures_needed[2] = 2;
  end_first_step();
  feed(offer(1));  // only ana is able: one is enough
  add_operator("ben", ben, Role::Operator);
  journal.roster.signatures_needed[2] = 2;
  journal.attempts.clear();
  expect_refused(offer(), "signed by 1 of 2 operators needed");
  feed(offer_signed_by({&ana, &ben}));
  EXPECT_NE(ordered<Preflight>(), nullptr);
}

TEST_F(GuardTest, RefusesAPlanThatMayNotStartYetOrLastsTooLong) {
  head.not_before = now.wall + std::chrono::hours(1);
  expect_refused(offer(), "the plan may not start yet");
  head.not_before = {};
  head.header.not_after = now.wall + 31 * kDay;
  expect_refused(offer(), "the plan would be valid for too long");
}

TEST_F(GuardTest, ClosesAPlanThatHasExpired) {
  head.header.not_after = now.wall;
  expect_closed(offer(), OutcomeKind::Expired, "the plan has expired");
}

TEST_F(GuardTest, ClosesATaskThatTheHostDoesNotAllow) {
  limits.tasks = {TaskKind::Check};
  expect_closed(offer(), OutcomeKind::Refused,
                "this host's configuration does not allow the task patch");
}

TEST_F(GuardTest, RefusesAPermitThatIsMissingForgedOrForAnother) {
  auto missing = offer();
  missing.permit.reset();
  expect_refused(missing, "a disruptive step needs a permit");
  auto forged = offer();
  forged.permit = in_batch(permit_for(forged.attempt), ben);
  expect_refused(forged, "the permit is not signed by the coordinator");
  auto other = offer();
  auto attempt = other.attempt;
  attempt.number = 2;
  other.permit = in_batch(permit_for(attempt), dispatch);
  expect_refused(other, "the permit is for another attempt");
  auto outside = offer();
  outside.permit->bytes = encode(permit_for(attempt));
  expect_refused(outside, "the permit is not in its batch");
}

TEST_F(GuardTest, RefusesTermsThatAreOverOrTooFarAhead) {
  term = Term{4};
  expect_refused(offer(), "the permit's term is over");
  term = Term{5 + limits.term_leap_max + 1};
  expect_refused(offer(), "the permit's term is too far ahead");
}

TEST_F(GuardTest, MakesTheTermDurableWithTheDispatch) {
  term = Term{9};
  auto beaconless = offer();
  feed(beaconless);
  EXPECT_EQ(journal.host.term_seen, Term{9});
  ASSERT_FALSE(last.writes.empty());
  EXPECT_EQ(std::get<HostStateRow>(last.writes[0].row).term_seen, Term{9});
}

TEST_F(GuardTest, RefusesAPermitOfAnotherBootOrThatRanOut) {
  auto offered = offer();
  auto permit = permit_for(offered.attempt);
  permit.boot.value.fill(std::byte{1});
  offered.permit = in_batch(permit, dispatch);
  expect_refused(offered, "the permit is for another boot");
  permit = permit_for(offered.attempt);
  permit.not_after = now.mono;
  offered.permit = in_batch(permit, dispatch);
  expect_refused(offered, "the permit has run out");
  permit.not_after = now.mono + limits.permit_lifetime_max + Duration(1);
  offered.permit = in_batch(permit, dispatch);
  expect_refused(offered, "the permit would be valid for too long");
}

TEST_F(GuardTest, ClosesWhatTheCoordinatorGaveUp) {
  auto offered = offer();
  auto permit = permit_for(offered.attempt);
  permit.not_after = kPermitToClose;
  permit.boot.value.fill(std::byte{1});  // of whichever boot
  offered.permit = in_batch(permit, dispatch);
  expect_closed(offered, OutcomeKind::Expired, "the coordinator gave it up before it started");
}

TEST_F(GuardTest, RefusesWithoutAFreshBeacon) {
  advance(limits.beacon_age_max + Duration(1));
  expect_refused(offer(), "the last beacon is too old");
  journal.beacon.reset();
  expect_refused(offer(), "no beacon was heard yet that counts by this host's clock");
}

TEST_F(GuardTest, ARepeatedBeaconIsNotFresh) {
  const auto beacon = beacon_now();
  feed(BeaconOffered{verified(beacon, context::kBeacon, {&dispatch})});
  advance(limits.beacon_age_max + Duration(1));
  feed(BeaconOffered{verified(beacon, context::kBeacon, {&dispatch})});
  expect_refused(offer(), "the last beacon is too old");
}

TEST_F(GuardTest, ABeaconOfAnotherKeyIsNone) {
  journal.beacon.reset();
  feed(BeaconOffered{verified(beacon_now(), context::kBeacon, {&ana})});
  EXPECT_FALSE(journal.beacon);
}

// Whatever else such a clock makes of plan, permit and beacon: nothing is closed for good.
TEST_F(GuardTest, RefusesWhenTheClockIsOffAndSaysSo) {
  const auto offered = offer();
  const WallTime right = now.wall;
  for (const Duration off : {Duration(1), Duration(kDay), Duration(400 * kDay)}) {
    now.wall = right + limits.clock_skew_max + off;
    expect_refused(offered,
                   "the clocks of this host and of the coordinator differ by more than 30 s");
    now.wall = right - limits.clock_skew_max - off;
    expect_refused(offered,
                   "the clocks of this host and of the coordinator differ by more than 30 s");
  }
  now.wall = WallTime{};
  expect_refused(offered,
                 "the clocks of this host and of the coordinator differ by more than 30 s");
  now.wall = right;
  feed(offered);
  EXPECT_NE(ordered<Preflight>(), nullptr);
}

// The coordinator's clock was set just now, and its next beacon is not here yet.
TEST_F(GuardTest, RefusesAPermitFromTheFuture) {
  auto offered = offer();
  const WallTime end = offered.permit->batch->header.not_after;
  now.wall = end - limits.permit_lifetime_max - kBatchGrace - limits.clock_skew_max - Duration(1);
  journal.beacon->beacon.wall = now.wall;
  expect_refused(offered,
                 "the clocks of this host and of the coordinator differ by more than 30 s");
  now.wall += Duration(1);
  feed(offered);
  EXPECT_NE(ordered<Preflight>(), nullptr);
}

TEST_F(GuardTest, AClockThatIsOffDoesNotKeepAnAttemptFromBeingClosed) {
  const auto offered = offer();
  feed(offered);
  feed(Preflighted{.attempt = offered.attempt, .refusal = {}});
  now.wall += kDay;
  feed(Inspected{.attempt = offered.attempt, .evidence = {}});  // the shim left no trace
  EXPECT_EQ(ordered<LaunchShim>(), nullptr);
  EXPECT_EQ(ordered<BarStart>(), nullptr);
  advance(limits.permit_lifetime_max);
  feed(Ticked{});
  EXPECT_NE(ordered<BarStart>(), nullptr);
}

TEST_F(GuardTest, RefusesWhenTheCoordinatorKnowsMoreThanThisHost) {
  auto beacon = beacon_now();
  beacon.control_number = ControlNumber{1};
  feed(BeaconOffered{verified(beacon, context::kBeacon, {&dispatch})});
  expect_refused(offer(), "the control chain of this host is not the coordinator's");
  beacon = beacon_now();
  beacon.roster = RosterNumber{2};
  feed(BeaconOffered{verified(beacon, context::kBeacon, {&dispatch})});
  expect_refused(offer(), "the roster of this host is not the newest");
}

TEST_F(GuardTest, RefusesUnderStopAndGoesOnAfterItsLift) {
  control(StopFleet{"fire"}, {&ana});
  hear_beacon();
  expect_refused(offer(), "STOP is in force");
  expect_refused(offer(1), "STOP is in force");
  control(LiftStop{"out"}, {&ana});
  hear_beacon();
  feed(offer());
  EXPECT_NE(ordered<Preflight>(), nullptr);
}

TEST_F(GuardTest, ClosesWhatWasAborted) {
  const auto offered = offer();
  control(AbortPlan{.plan = offered.plan, .reason = "no"}, {&ana});
  hear_beacon();
  expect_closed(offered, OutcomeKind::Refused, "the plan was aborted");
}

TEST_F(GuardTest, RefusesOnARevokedHost) {
  control(RevokeHost{.host = leaf.host, .record_key = record.key(), .link_key = {}}, {&ana});
  hear_beacon();
  expect_refused(offer(), "this host is revoked");
}

TEST_F(GuardTest, DoesOneDisruptiveTaskAtATime) {
  feed(offer());
  head.name = "another";
  const auto second = offer();
  feed(second);
  EXPECT_TRUE(rejection().starts_with("another disruptive task is under way: P-")) << rejection();
}

TEST_F(GuardTest, ReadOnlyStepsNeedNeitherPermitNorBeacon) {
  journal.beacon.reset();
  end_first_step();
  feed(offer(1));
  EXPECT_NE(ordered<LaunchShim>(), nullptr);
}

TEST_F(GuardTest, BoundsReadOnlyTasks) {
  end_first_step();
  for (std::size_t number = 1; number <= limits.tasks_at_once_max; ++number) {
    feed(offer(1, static_cast<std::uint16_t>(number)));
    EXPECT_NE(ordered<LaunchShim>(), nullptr);
  }
  feed(offer(1, 99));
  EXPECT_EQ(rejection(), "too many tasks are under way");
}

TEST(GuardUnenrolledTest, RefusesBeforeEnrolment) {
  TestWorld world;
  world.hear_beacon();
  world.feed(world.offer());
  EXPECT_EQ(world.rejection(), "this host is not enrolled");
}

}  // namespace
}  // namespace mainstay::executor
