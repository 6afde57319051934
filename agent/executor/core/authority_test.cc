#include "agent/executor/core/test_world.h"
#include "common/plan/quorum.h"

namespace mainstay::executor {
namespace {

class AuthorityTest : public ::testing::Test, protected TestWorld {
 protected:
  void offer_roster(const Roster& next, const std::vector<Key*>& by) {
    const auto document = verified(next, context::kRoster, by);
    feed(ControlOffered{
        .statement = verified(statement(NewRoster{document.document()}), context::kControl, by),
        .roster = document});
  }
  Roster next_roster() const {
    Roster next = journal.roster;
    next.number = RosterNumber{journal.roster.number.value + 1};
    return next;
  }
};

TEST_F(AuthorityTest, NeedsBothCoordinatorAndOperatorToSayWhoItIs) {
  feed(LabelsOffered{verified(labels(1), context::kLabels, {&ana})});
  EXPECT_TRUE(journal.host.host.empty());
  enrol();
  EXPECT_EQ(journal.labels.at("region"), "eu");
}

TEST_F(AuthorityTest, ABindingForAnotherKeyIsNotForThisHost) {
  HostBinding binding;
  binding.header.not_after = kToday + kDay;
  binding.host = leaf.host;
  binding.record_key = ben.key();
  feed(BindingOffered{verified(binding, context::kBinding, {&dispatch})});
  EXPECT_TRUE(journal.bound_host.empty());
}

TEST_F(AuthorityTest, TheCoordinatorCannotCertifyLabels) {
  enrol();
  auto other = labels(2);
  other.labels["region"] = "us";
  feed(LabelsOffered{verified(other, context::kLabels, {&dispatch})});
  EXPECT_EQ(journal.labels.at("region"), "eu");
  feed(LabelsOffered{verified(other, context::kLabels, {&ana})});
  EXPECT_EQ(journal.labels.at("region"), "us");
  feed(LabelsOffered{verified(labels(1), context::kLabels, {&ana})});
  EXPECT_EQ(journal.labels.at("region"), "us") << "an older certificate came back";
}

TEST_F(AuthorityTest, AScopeIsNotLeftByRelabelling) {
  enrol();
  journal.roster.operators[0].scope = "region = us";
  auto other = labels(2);
  other.labels["region"] = "us";
  feed(LabelsOffered{verified(other, context::kLabels, {&ana})});
  EXPECT_EQ(journal.labels.at("region"), "eu") << "the host was outside the scope";
  journal.roster.operators[0].scope = "region in (eu, us)";
  feed(LabelsOffered{verified(other, context::kLabels, {&ana})});
  EXPECT_EQ(journal.labels.at("region"), "us");
}

TEST_F(AuthorityTest, AScopeMayNameTheHost) {
  enrol();
  const auto covers = [&](const std::string& scope) {
    journal.roster.operators[0].scope = scope;
    const PublicKey signer = ana.key();
    return count_signatures(journal.roster, std::span(&signer, 1),
                            {.say = Say::Plan,
                             .asked = 1,
                             .host = journal.host.host,
                             .labels = &journal.labels,
                             .at = kToday})
               .given == 1;
  };
  EXPECT_TRUE(covers("host = " + leaf.host.text()));
  EXPECT_FALSE(covers("host = another"));
}

TEST_F(AuthorityTest, AHostThatComesLateTakesWhatAnExpiredOperatorSignedInTime) {
  enrol();
  journal.roster.operators[0].expires = now.wall + kDay;
  const auto old = statement(StopFleet{"fire"});
  advance(60 * kDay);
  feed(ControlOffered{verified(old, context::kControl, {&ana}), std::nullopt});
  EXPECT_TRUE(journal.host.stopped);
}

TEST_F(AuthorityTest, AnExpiredOperatorCannotBackdate) {
  enrol();
  journal.roster.operators[0].expires = now.wall + kDay;
  const WallTime when = now.wall;
  advance(10 * kDay);
  hear_beacon();  // which says that the chain still ends where this host is
  auto backdated = statement(StopFleet{"fire"});
  feed(ControlOffered{verified(backdated, context::kControl, {&ana}), std::nullopt});
  EXPECT_FALSE(journal.host.stopped) << "expired";
  backdated.signed_at = when;
  feed(ControlOffered{verified(backdated, context::kControl, {&ana}), std::nullopt});
  EXPECT_FALSE(journal.host.stopped) << "backdated";
  backdated.signed_at = now.wall + kDay;
  feed(ControlOffered{verified(backdated, context::kControl, {&ben}), std::nullopt});
  EXPECT_FALSE(journal.host.stopped) << "of tomorrow";
}

TEST_F(AuthorityTest, AScopedAdminSaysNothingForTheWholeFleet) {
  enrol();
  journal.roster.operators[0].scope = "region = eu";
  auto next = next_roster();
  next.operators[0].scope = "";
  offer_roster(next, {&ana});
  EXPECT_EQ(journal.roster.number, RosterNumber{next.number.value - 1});
  control(StopFleet{"fire"}, {&ana});
  EXPECT_TRUE(journal.host.stopped) << "a stop harms nobody";
}

TEST_F(AuthorityTest, TheChainHasNoGapsAndOnePredecessor) {
  auto next = statement(StopFleet{"fire"});
  next.number = ControlNumber{2};
  feed(ControlOffered{verified(next, context::kControl, {&ana}), std::nullopt});
  next.number = ControlNumber{1};
  next.previous = sha256(as_bytes("elsewhere"));
  feed(ControlOffered{verified(next, context::kControl, {&ana}), std::nullopt});
  EXPECT_FALSE(journal.host.stopped);
  control(StopFleet{"fire"}, {&dispatch});
  EXPECT_FALSE(journal.host.stopped) << "no operator signed it";
  EXPECT_EQ(journal.host.control_number, ControlNumber{});
  control(StopFleet{"fire"}, {&ana});
  EXPECT_TRUE(journal.host.stopped);
}

TEST_F(AuthorityTest, TheLiftTakesTwoWhereThereAreTwo) {
  add_operator("ben", ben, Role::Operator);
  control(StopFleet{"fire"}, {&ben});
  ASSERT_TRUE(journal.host.stopped);
  control(LiftStop{"out"}, {&ben});
  EXPECT_TRUE(journal.host.stopped);
  control(LiftStop{"out"}, {&ana, &ben});
  EXPECT_FALSE(journal.host.stopped);
}

TEST_F(AuthorityTest, RostersOnlyRiseAndAreSignedAsTheOneBeforeDemands) {
  add_operator("ben", ben, Role::Operator);
  offer_roster(next_roster(), {&ben});
  EXPECT_EQ(journal.roster.number, RosterNumber{1});
  auto skipping = next_roster();
  skipping.number = RosterNumber{3};
  offer_roster(skipping, {&ana});
  EXPECT_EQ(journal.roster.number, RosterNumber{1});
  offer_roster(next_roster(), {&ana});
  EXPECT_EQ(journal.roster.number, RosterNumber{2});
  ASSERT_FALSE(last.writes.empty());
  EXPECT_FALSE(std::get<HostStateRow>(last.writes[0].row).roster.empty());
}

TEST_F(AuthorityTest, TheRecoveryKeyCanGiveANewRoster) {
  offer_roster(next_roster(), {&recovery});
  EXPECT_EQ(journal.roster.number, RosterNumber{2});
}

TEST_F(AuthorityTest, ARosterWithoutAdminLocksNobodyOut) {
  auto next = next_roster();
  next.operators[0].role = Role::Viewer;
  offer_roster(next, {&ana});
  EXPECT_EQ(journal.roster.number, RosterNumber{1});
}

TEST_F(AuthorityTest, ABeaconCannotUseUpTheTerms) {
  hear_beacon();
  term = Term{5 + limits.term_leap_max + 1};
  hear_beacon();
  EXPECT_EQ(journal.host.term_seen, Term{5});
  term = Term{4};
  hear_beacon();
  EXPECT_EQ(journal.beacon->beacon.term, Term{5});
}

TEST(QuorumTest, OneKeyUnderTwoNamesIsOneOperator) {
  TestWorld world;
  world.add_operator("ana-again", world.ana, Role::Operator);
  const std::vector<PublicKey> signers = {world.ana.key()};
  const Count count =
      count_signatures(world.roster, signers,
                       {.say = Say::Plan, .asked = 2, .host = {}, .labels = nullptr, .at = kToday});
  EXPECT_EQ(count.given, 1U);
  EXPECT_EQ(count.needed, 1U);
}

}  // namespace
}  // namespace mainstay::executor
