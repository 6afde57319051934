// What hosts tell in changes, what they find in themselves, and needs put off.
#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

class FindingsTest : public TwoRegions {
 protected:
  void say(HostMessage message) {
    send(HostSaid{.link = id_of<LinkKey>("eu-1"), .gate = {}, .message = std::move(message)});
  }
  void tell(std::uint64_t sequence, std::vector<FactReading> facts, bool is_whole = false) {
    now.mono += Duration(1);
    Report report;
    report.sequence = sequence;
    report.boot = id_of<BootId>("boot");
    report.boottime = now.mono + std::chrono::hours(1);
    report.wall = now.wall;
    report.facts = std::move(facts);
    report.is_whole = is_whole;
    say(report);
  }
  void find(std::uint64_t sequence, std::vector<Finding> findings, Source source = Source::Backup) {
    now.mono += limits.findings_spacing;
    say(FindingsMessage{.sequence = sequence,
                        .source = source,
                        .at = now.wall,
                        .findings = std::move(findings),
                        .omitted = 0});
  }
  /// `age` old, and no more than `limit` wanted; as the host saw it now.
  [[nodiscard]] Finding backup_set(std::chrono::seconds age, std::chrono::seconds limit) const {
    Finding set = backup(Judgement::Proved);
    set.at = now.wall;
    set.readings = {{.measure = Measure::AgeSeconds, .value = age.count()},
                    {.measure = Measure::LimitSeconds, .value = limit.count()}};
    return set;
  }
  static Finding backup(Judgement judgement, const std::string& subject = "orders") {
    return {.topic = Topic::Backup,
            .judgement = judgement,
            .subject = subject,
            .text = "too old",
            .at = {},
            .readings = {}};
  }
  const Sight& sight() { return state.hosts.at(host_id("eu-1")).sight; }
  std::optional<std::int64_t> fact(Fact fact) { return fact_now(sight().row, fact, now.wall); }
};

TEST_F(FindingsTest, KeepsWhatWasNotToldAgain) {
  tell(10, {{.fact = Fact::PatchSecurity, .value = 4}, {.fact = Fact::CpuCount, .value = 2}}, true);
  tell(11, {{.fact = Fact::PatchSecurity, .value = 5}});
  EXPECT_EQ(fact(Fact::PatchSecurity), 5);
  EXPECT_EQ(fact(Fact::CpuCount), 2);
  EXPECT_TRUE(sight().row.is_whole);
}

TEST_F(FindingsTest, AClockThatIsAheadMakesNoBackupYoung) {
  Finding set = backup_set(std::chrono::hours(30), std::chrono::hours(24));
  set.at = now.wall + std::chrono::hours(365 * 24);
  find(10, {set});
  ASSERT_EQ(sight().dates.backups.size(), 1U);
  EXPECT_EQ(sight().dates.backups[0].backed_up, now.wall - std::chrono::hours(6));
}

TEST_F(FindingsTest, ABackupThatIsRefutedIsNotInTimeHoweverYoung) {
  Finding set = backup_set(std::chrono::hours(1), std::chrono::hours(24));
  find(10, {set});
  EXPECT_EQ(sight().dates.backups[0].backed_up, now.wall + std::chrono::hours(23));
  set.judgement = Judgement::Refuted;
  find(11, {set});
  EXPECT_EQ(sight().dates.backups[0].backed_up, WallTime{});
}

TEST_F(FindingsTest, SetsThatCannotBeLookedAtAreStillThere) {
  Finding set = backup_set(std::chrono::hours(1), std::chrono::hours(24));
  Finding proven = set;
  proven.subject = "users";
  proven.readings.push_back({.measure = Measure::ProofAgeSeconds, .value = 3600});
  proven.readings.push_back({.measure = Measure::ProofLimitSeconds, .value = 7200});
  find(10, {set, proven});
  ASSERT_EQ(sight().dates.backups.size(), 2U);
  find(11, {backup(Judgement::NotProved, "/etc/mainstay/backup.yaml")});
  ASSERT_EQ(sight().dates.backups.size(), 2U);
  EXPECT_EQ(sight().dates.backups[0].backed_up, WallTime{});
  EXPECT_EQ(sight().dates.backups[1].backed_up, WallTime{});
  EXPECT_EQ(sight().dates.backups[1].restored, WallTime{});
  find(12, {});
  EXPECT_TRUE(sight().dates.backups.empty()) << "the file is gone";
  find(13, {backup(Judgement::NotProved, "/etc/mainstay/backup.yaml")});
  EXPECT_EQ(sight().dates.backups.size(), 1U) << "after a start nobody knows how many";
}

TEST_F(FindingsTest, AWholeReportForgetsWhatItDoesNotName) {
  tell(10, {{.fact = Fact::CpuCount, .value = 2}}, true);
  tell(11, {{.fact = Fact::PatchSecurity, .value = 5}}, true);
  EXPECT_EQ(fact(Fact::CpuCount), std::nullopt);
}

TEST_F(FindingsTest, ALostFactIsUnknown) {
  tell(10, {{.fact = Fact::CpuCount, .value = 2}}, true);
  Report report;
  report.sequence = 11;
  report.boot = id_of<BootId>("boot");
  report.boottime = now.mono + std::chrono::hours(2);
  report.wall = now.wall;
  report.lost = {Fact::CpuCount};
  say(report);
  EXPECT_EQ(fact(Fact::CpuCount), std::nullopt);
}

TEST_F(FindingsTest, AsksForEverythingAfterAGapAndNotTwiceAtOnce) {
  const std::vector<FactReading> news = {{.fact = Fact::CpuCount, .value = 2}};
  tell(10, {}, true);
  tell(11, news);
  all_asked.clear();
  now.mono += limits.tell_all_interval;
  tell(13, news);
  EXPECT_EQ(all_asked.size(), 1U);
  tell(14, news);
  EXPECT_EQ(all_asked.size(), 1U) << "it was asked just now";
  now.mono += limits.tell_all_interval;
  tell(14, {});
  EXPECT_EQ(all_asked.size(), 2U) << "it still has not told";
  tell(16, {}, true);
  now.mono += limits.tell_all_interval;
  tell(17, news);
  EXPECT_EQ(all_asked.size(), 2U);
}

TEST_F(FindingsTest, AReportThatTellsNothingIsNoGapUnlessOneWasMissed) {
  tell(10, {}, true);
  now.mono += limits.tell_all_interval;
  all_asked.clear();
  tell(10, {});
  tell(10, {});
  EXPECT_TRUE(all_asked.empty());
  tell(11, {});
  EXPECT_EQ(all_asked.size(), 1U) << "what had the number 11 was never heard";
}

TEST_F(FindingsTest, AFleetThatMissedSomethingIsAskedBitByBit) {
  limits.tell_all_rate = 2;
  now.mono += limits.tell_all_interval;
  all_asked.clear();
  report_all();
  EXPECT_EQ(all_asked.size(), 2U);
}

TEST_F(FindingsTest, OneThatTellsTooOftenIsHeardLater) {
  tell(10, {}, true);
  find(11, {backup(Judgement::Refuted)});
  say(FindingsMessage{
      .sequence = 12, .source = Source::Backup, .at = now.wall, .findings = {}, .omitted = 0});
  EXPECT_EQ(sight().troubles.size(), 1U);
  EXPECT_FALSE(sight().row.is_whole);
}

TEST_F(FindingsTest, EscapesWhatAHostSays) {
  tell(10, {}, true);
  find(11, {backup(Judgement::Refuted, "or\x1b[2Jders\xff")});
  EXPECT_EQ(sight().troubles[0].subject, "or\\x1b[2Jders\\xff");
}

TEST_F(FindingsTest, ARemovedHostLeavesNoFindings) {
  tell(10, {}, true);
  find(11, {backup(Judgement::Refuted)});
  EXPECT_EQ(ask(RemoveHost{.host = host_id("eu-1"), .reason = "gone"}).verdict, Verdict::Done);
  EXPECT_FALSE(store.contains(findings_key(host_id("eu-1"), Source::Backup)));
}

TEST_F(FindingsTest, ARestartOfTheCoordinatorMissesNothing) {
  tell(10, {{.fact = Fact::CpuCount, .value = 2}}, true);
  find(11, {backup(Judgement::Refuted)});
  start();
  all_asked.clear();
  tell(11, {});
  EXPECT_TRUE(all_asked.empty());
  EXPECT_EQ(fact(Fact::CpuCount), 2);
  ASSERT_EQ(sight().troubles.size(), 1U);
  EXPECT_EQ(sight().troubles[0].subject, "orders");
}

TEST_F(FindingsTest, SinceWhenSomethingIsWrongOutlivesARestart) {
  tell(10, {}, true);
  find(11, {backup(Judgement::Refuted), backup(Judgement::Proved, "crm")});
  const WallTime since = now.wall;
  now.wall += std::chrono::hours(48);
  find(12, {backup(Judgement::Proved, "users"), backup(Judgement::Refuted, "crm"),
            backup(Judgement::Refuted)});
  const WallTime later = now.wall;
  start();
  ASSERT_EQ(sight().troubles.size(), 2U);
  EXPECT_EQ(sight().troubles[0].since, later) << "crm";
  EXPECT_EQ(sight().troubles[1].since, since);
}

TEST_F(FindingsTest, WhatIsNotProvedOfABackupIsTroubleWhereProofIsAskedFor) {
  tell(10, {}, true);
  Finding unseen = backup_set(std::chrono::hours(1), std::chrono::hours(24));
  unseen.judgement = Judgement::NotProved;
  unseen.text = "repository does not answer";
  Finding lock = backup(Judgement::NotProved, "orders lock");
  find(11, {unseen, lock});
  ASSERT_EQ(sight().troubles.size(), 1U) << "nobody asks for a lock's proof";
  EXPECT_EQ(sight().troubles[0].text, "repository does not answer");
  Finding unrestored = backup_set(std::chrono::hours(1), std::chrono::hours(24));
  unrestored.readings.push_back({.measure = Measure::ProofLimitSeconds, .value = 7 * 86'400});
  find(12, {unrestored});
  ASSERT_EQ(sight().troubles.size(), 1U);
  EXPECT_EQ(sight().troubles[0].text, "no restore of it is proved within 7 d");
  unrestored.readings.push_back({.measure = Measure::ProofAgeSeconds, .value = 6 * 86'400});
  find(13, {unrestored});
  EXPECT_TRUE(sight().troubles.empty());
}

TEST_F(FindingsTest, WhatMovesByItselfIsReckonedOn) {
  tell(10, {{.fact = Fact::BackupAge, .value = 100}, {.fact = Fact::CertificateLeft, .value = 30}},
       true);
  now.wall += std::chrono::seconds(50);
  EXPECT_EQ(fact(Fact::BackupAge), 150);
  EXPECT_EQ(fact(Fact::CertificateLeft), -20) << "it has ended since";
  now.wall -= std::chrono::hours(1);
  EXPECT_EQ(fact(Fact::BackupAge), 100) << "a clock that was set back tells nothing";
  tell(11, {{.fact = Fact::BackupAge, .value = INT64_MAX}});
  now.wall += std::chrono::hours(1);
  EXPECT_EQ(fact(Fact::BackupAge), INT64_MAX);
}

TEST_F(FindingsTest, KeepsInMemoryOnlyWhatIsWrongAndSinceWhen) {
  tell(10, {}, true);
  find(11, {backup(Judgement::Refuted), backup(Judgement::Proved, "crm")});
  ASSERT_EQ(sight().troubles.size(), 1U);
  const WallTime since = sight().troubles[0].since;
  now.wall += std::chrono::hours(1);
  find(12, {backup(Judgement::Refuted), backup(Judgement::Refuted, "crm")});
  ASSERT_EQ(sight().troubles.size(), 2U);
  EXPECT_EQ(sight().troubles[0].since, since);
  EXPECT_EQ(sight().troubles[1].since, now.wall);
  find(13, {backup(Judgement::Refuted)}, Source::Usage);
  EXPECT_EQ(sight().troubles.size(), 3U);
  find(14, {});
  EXPECT_EQ(sight().troubles.size(), 1U);
  std::vector<Finding> many(kFindingsMax, backup(Judgement::Refuted));
  find(15, many);
  EXPECT_EQ(sight().troubles.size(), limits.troubles_max);
}

TEST_F(FindingsTest, WhatWaitsForPlansLeavesRoomForWhatWantsAPerson) {
  tell(10, {}, true);
  std::vector<Finding> updates(kFindingsMax, backup(Judgement::Refuted));
  for (Finding& update : updates) update.topic = Topic::Patch;
  Finding old_code = backup(Judgement::Refuted, "nginx.service");
  old_code.topic = Topic::Service;
  updates.push_back(old_code);
  find(11, updates, Source::Patch);
  EXPECT_TRUE(sight().troubles.empty());
  find(12, {old_code}, Source::Service);
  EXPECT_EQ(sight().troubles.size(), 1U) << "here it has failed";
}

TEST_F(FindingsTest, ASourceThatIsGoneIsForgotten) {
  tell(10, {}, true);
  find(11, {backup(Judgement::Refuted)});
  const std::string key = findings_key(host_id("eu-1"), Source::Backup);
  EXPECT_TRUE(store.contains(key));
  now.mono += limits.findings_spacing;
  say(FindingsMessage{
      .sequence = 12, .source = Source::Backup, .at = {}, .findings = {}, .omitted = 0});
  EXPECT_FALSE(store.contains(key));
  EXPECT_TRUE(sight().troubles.empty());
}

TEST_F(FindingsTest, ASnoozeIsKeptWithItsEndAndForgottenAfterIt) {
  const SnoozeNeed need{.cause = "finding/backup/orders",
                        .until = now.wall + std::chrono::hours(1),
                        .reason = "known",
                        .size = 1,
                        .urgency = 0,
                        .hosts = {}};
  EXPECT_EQ(ask(need).verdict, Verdict::Done);
  start();
  ASSERT_EQ(state.snoozes.size(), 1U);
  EXPECT_EQ(state.snoozes.begin()->second.by, "ana");
  EXPECT_EQ(state.snoozes.begin()->second.need.reason, "known");
  now.wall += std::chrono::hours(2);
  send(Ticked{});
  EXPECT_TRUE(state.snoozes.empty());
  start();
  EXPECT_TRUE(state.snoozes.empty());
}

TEST_F(FindingsTest, ASnoozeNeedsAnEndAReasonAndCanBeTakenBack) {
  SnoozeNeed need{.cause = "x",
                  .until = now.wall + std::chrono::hours(24 * 91),
                  .reason = "known",
                  .size = 1,
                  .urgency = 0,
                  .hosts = {}};
  EXPECT_EQ(ask(need).verdict, Verdict::WrongUse);
  need.until = now.wall + std::chrono::hours(1);
  need.reason = "";
  EXPECT_EQ(ask(need).verdict, Verdict::WrongUse);
  need.reason = "known";
  EXPECT_EQ(ask(need).verdict, Verdict::Done);
  need.until = {};
  EXPECT_EQ(ask(need).verdict, Verdict::Done);
  EXPECT_TRUE(state.snoozes.empty());
  EXPECT_EQ(ask(need).verdict, Verdict::WrongUse);
}

}  // namespace
}  // namespace mainstay::coordinator
