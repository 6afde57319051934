#include "agent/collect/backup/judge.h"

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

using std::chrono::hours;

constexpr WallTime kJudged = WallTime(std::chrono::days(20'000));

BackupSet daily_set() {
  BackupSet set;
  set.name = "system";
  set.rpo = hours(26);
  set.smaller_by_percent = 30;
  return set;
}
Observed fresh() {
  Observed seen;
  seen.newest = kJudged - hours(6);
  seen.bytes = 4'000;
  seen.bytes_before = 4'100;
  seen.count = 14;
  return seen;
}
CheckRecord checked(bool is_good) {
  return {.at = kJudged - hours(48),
          .is_good = is_good,
          .how = "borg check",
          .reason = is_good ? "" : "segment 2 differs",
          .read_bytes = 1024,
          .total_bytes = 2048,
          .round_bytes = 1024};
}
Finding judged(const Observed& seen, const SetRecords& records = {}) {
  return judge(daily_set(), seen, records, kJudged);
}

TEST(JudgeTest, YoungAndWholeIsProved) {
  const Finding finding = judged(fresh(), {.check = checked(true)});
  EXPECT_EQ(finding.judgement, Judgement::Proved);
  EXPECT_EQ(
      finding.text,
      "6 h old of 26 h; 14 kept; 3.9 KiB; 1.0 KiB of 2.0 KiB read again by borg check 2 d ago");
  EXPECT_EQ(reading_of(finding, Measure::AgeSeconds), 6 * 3600);
  EXPECT_EQ(reading_of(finding, Measure::LimitSeconds), 26 * 3600);
  EXPECT_EQ(reading_of(finding, Measure::SizeBytes), 4'000);
  EXPECT_EQ(reading_of(finding, Measure::SizeBeforeBytes), 4'100);
  EXPECT_EQ(reading_of(finding, Measure::Count), 14);
  EXPECT_EQ(reading_of(finding, Measure::CheckAgeSeconds), 48 * 3600);
  EXPECT_EQ(reading_of(finding, Measure::ProvedBytes), 1024);
}

TEST(JudgeTest, TooOldIsRefutedToTheSecond) {
  Observed seen = fresh();
  seen.newest = kJudged - hours(26);
  EXPECT_EQ(judged(seen).judgement, Judgement::Proved);
  seen.newest = kJudged - hours(26) - std::chrono::seconds(1);
  EXPECT_EQ(judged(seen).judgement, Judgement::Refuted);
  EXPECT_EQ(judged(seen).text, "26 h old, allowed are 26 h");
  seen.newest.reset();
  EXPECT_EQ(judged(seen).judgement, Judgement::Refuted);
}

TEST(JudgeTest, MuchSmallerThanBeforeIsRefuted) {
  Observed seen = fresh();
  seen.bytes = 2'870;
  EXPECT_EQ(judged(seen).judgement, Judgement::Proved);
  seen.bytes = 2'869;
  EXPECT_EQ(judged(seen).judgement, Judgement::Refuted);
  seen.bytes = 0;
  seen.bytes_before.reset();
  EXPECT_EQ(judged(seen).text, "the newest backup holds nothing");
  seen.bytes = INT64_MAX;
  seen.bytes_before = INT64_MAX;
  EXPECT_EQ(judged(seen).judgement, Judgement::Proved);
}

TEST(JudgeTest, WhatCouldNotBeToldIsNotProved) {
  Observed seen;
  seen.trouble = "connection refused";
  const Finding finding = judged(seen, {.check = checked(true)});
  EXPECT_EQ(finding.judgement, Judgement::NotProved);
  EXPECT_EQ(finding.text, "connection refused");
  EXPECT_EQ(reading_of(finding, Measure::AgeSeconds), std::nullopt);
}

TEST(JudgeTest, DamageThatWasFoundOutlastsARepositoryThatAnswersNot) {
  Observed seen;
  seen.trouble = "connection refused";
  for (const Observed& either : {seen, fresh()}) {
    const Finding finding = judged(either, {.check = checked(false)});
    EXPECT_EQ(finding.judgement, Judgement::Refuted);
    EXPECT_EQ(finding.text, "damaged, by borg check 2 d ago: segment 2 differs");
    EXPECT_EQ(reading_of(finding, Measure::ProvedBytes), std::nullopt);
  }
  EXPECT_EQ(judged(fresh(), {.proof = checked(false)}).judgement, Judgement::Refuted);
}

TEST(JudgeTest, ARecordThatIsDamagedProvesNothing) {
  const Finding finding = judged(fresh(), {.check = fail(Fault::Corrupt, "system.check: damaged")});
  EXPECT_EQ(finding.judgement, Judgement::NotProved);
  EXPECT_EQ(finding.text, "the record is not believed: system.check: damaged");
}

TEST(JudgeTest, ABackupFromTheFutureHasNoAge) {
  Observed seen = fresh();
  seen.newest = kJudged + std::chrono::minutes(4);
  EXPECT_EQ(reading_of(judged(seen), Measure::AgeSeconds), 0);
  seen.newest = kJudged + std::chrono::minutes(6);
  EXPECT_EQ(judged(seen).judgement, Judgement::NotProved);
  EXPECT_EQ(reading_of(judged(seen), Measure::AgeSeconds), std::nullopt);
}

TEST(JudgeTest, OnlyALockOfNobodyIsAFinding) {
  Observed seen = fresh();
  EXPECT_FALSE(judge_lock(daily_set(), seen, kJudged).has_value());
  seen.lock = {.holder = "pid 7 on vm", .age = hours(3)};
  EXPECT_FALSE(judge_lock(daily_set(), seen, kJudged).has_value());
  seen.lock->state = ObservedLock::State::PerhapsStale;
  EXPECT_EQ(judge_lock(daily_set(), seen, kJudged)->judgement, Judgement::NotProved);
  seen.lock->state = ObservedLock::State::Stale;
  const auto finding = judge_lock(daily_set(), seen, kJudged);
  EXPECT_EQ(finding->judgement, Judgement::Refuted);
  EXPECT_EQ(finding->subject, "system lock");
  EXPECT_TRUE(finding->text.starts_with("stale lock: pid 7 on vm, 3 h old"));
}

TEST(JudgeTest, TheAgeOfAllIsTheOldestsAndIsNotGuessed) {
  Observed old = fresh();
  old.newest = kJudged - hours(30);
  SourceReport report;
  add_backup_facts({judged(fresh()), judged(old)}, report);
  ASSERT_EQ(report.facts.size(), 2U);
  EXPECT_EQ(report.facts[0].fact, Fact::BackupRefuted);
  EXPECT_EQ(report.facts[0].value, 1);
  EXPECT_EQ(report.facts[1].value, 30 * 3600);
  Observed unknown;
  unknown.trouble = "locked";
  SourceReport partial;
  add_backup_facts({judged(fresh()), judged(unknown)}, partial);
  ASSERT_EQ(partial.facts.size(), 1U);
  EXPECT_EQ(partial.facts[0].fact, Fact::BackupRefuted);
  SourceReport late;
  add_backup_facts({judged(unknown), judged(old)}, late);
  ASSERT_EQ(late.facts.size(), 2U) << "a host that is too late is not hidden by what is not known";
  EXPECT_EQ(late.facts[1].value, 30 * 3600);
}

TEST(JudgeTest, AnAgeThatIsNotKnownIsNotHiddenBehindOneThatIsLateSooner) {
  Observed unknown;
  unknown.trouble = "locked";
  Observed recent = fresh();
  recent.newest = kJudged - hours(2);
  BackupSet hourly = daily_set();
  hourly.rpo = hours(1);
  const Finding late = judge(hourly, recent, {}, kJudged);
  const auto count = [](const std::vector<Finding>& findings) {
    SourceReport report;
    add_backup_facts(findings, report);
    return report.facts.size();
  };
  EXPECT_EQ(count({late, judged(unknown)}), 1U) << "2 h would look fresh for a set of 26 h";
  EXPECT_EQ(count({late, judge(hourly, unknown, {}, kJudged)}), 2U);
  EXPECT_EQ(count({late, judged(recent), judge(hourly, unknown, {}, kJudged)}), 2U)
      << "of two as old, one is late";
}

}  // namespace
}  // namespace mainstay::agent::backup
