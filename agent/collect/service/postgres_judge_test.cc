#include "agent/collect/service/postgres_judge.h"

#include <gtest/gtest.h>

namespace mainstay::agent::service {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kJudgeNow(1795536180s);

class PostgresJudgeTest : public testing::Test {
 protected:
  PostgresJudgeTest() {
    answer_.version = "15.14";
    answer_.up_seconds = 3 * 86400;
    answer_.sees_all = true;
    answer_.xid_age = 100'000;
    answer_.xid_limit = 200'000'000;
    answer_.multixact_limit = 400'000'000;
  }
  /// Of the one that begins so; "none" if none does.
  std::string say(std::string_view beginning) {
    for (const Finding& finding : judge_server(postgres_, answer_, kJudgeNow)) {
      if (finding.text.starts_with(beginning)) {
        return std::string(name_of(finding.judgement)) + ": " + finding.text;
      }
    }
    return "none";
  }
  std::string say_table(const Table& table) {
    const DatabaseAnswer answer{
        .tables = 1, .live = table.live, .dead = table.dead, .worst = {table}};
    const Finding finding = judge_database(postgres_, "orders", answer, kJudgeNow);
    return std::string(name_of(finding.judgement)) + ": " + finding.text;
  }

  Postgres postgres_{.name = "db"};
  ServerAnswer answer_;
};

TEST_F(PostgresJudgeTest, AQuietPrimaryIsProved) {
  for (const Finding& finding : judge_server(postgres_, answer_, kJudgeNow)) {
    EXPECT_EQ(finding.judgement, Judgement::Proved) << finding.text;
    EXPECT_EQ(finding.subject, "db");
  }
  EXPECT_EQ(say("PostgreSQL"), "proved: PostgreSQL 15.14, primary, up 3 d");
  EXPECT_EQ(say("replication"), "none");
}

TEST_F(PostgresJudgeTest, AReplicaBehindTheLimitIsNamed) {
  answer_.replicas = {{.name = "s1", .state = "streaming", .lag_seconds = 3, .lag_bytes = 1},
                      {.name = "s2", .state = "streaming", .lag_seconds = {}, .lag_bytes = 0}};
  EXPECT_EQ(say("replication"),
            "proved: replication: 2 replicas, at most 3 s behind of 60 s allowed");
  answer_.replicas[0].lag_seconds = 300;
  answer_.replicas[1].state = "catchup";
  EXPECT_EQ(say("replication"),
            "refuted: replication: s1 5 m behind, s2 in state catchup of 60 s allowed");
  answer_.sees_all = false;
  EXPECT_EQ(say("replication"), "not proved: replication: needs the role pg_monitor");
}

TEST_F(PostgresJudgeTest, AStandbyWithoutItsPrimaryCannotTell) {
  answer_.is_standby = true;
  answer_.lag_seconds = 4;
  EXPECT_EQ(say("replication"),
            "not proved: replication: not connected to its primary, last change replayed 4 s ago");
  answer_.receivers = 1;
  EXPECT_EQ(say("replication"), "proved: replication: 4 s behind of 60 s allowed");
  answer_.lag_seconds = 61;
  EXPECT_EQ(say("replication"), "refuted: replication: 61 s behind of 60 s allowed");
  answer_.lag_seconds.reset();
  EXPECT_EQ(say("replication"), "not proved: replication: nothing replayed since the start");
}

TEST_F(PostgresJudgeTest, ASlotThatNobodyReadsIsRefutedWhenItGrows) {
  answer_.slots = {{.name = "old", .kept_bytes = 1024}};
  EXPECT_EQ(say("replication"), "none");
  answer_.slots = {{.name = "old", .kept_bytes = 3L << 30}};
  EXPECT_EQ(
      say("replication"),
      "refuted: replication: nobody reads the slot old, for which 3.0 GiB of the log are kept");
}

TEST_F(PostgresJudgeTest, LongTransactionsAreRefuted) {
  answer_.transaction_seconds = 5 * 3600;
  answer_.transaction_pid = 4711;
  answer_.transaction_state = "idle in transaction";
  EXPECT_EQ(say("transactions"),
            "refuted: transactions: one has been open for 5 h of 60 m allowed, pid 4711, idle in "
            "transaction");
  answer_.prepared_seconds = 9 * 3600;
  EXPECT_EQ(say("transactions"),
            "refuted: transactions: one has been prepared for 9 h of 60 m allowed");
  answer_.prepared_seconds.reset();
  answer_.transaction_seconds = 5;
  EXPECT_EQ(say("transactions"),
            "proved: transactions: the longest is open for 5 s of 60 m allowed");
  answer_.sees_all = false;
  EXPECT_EQ(say("transactions"),
            "not proved: transactions: needs the role pg_monitor to see those of others");
}

TEST_F(PostgresJudgeTest, OldTransactionIdsAreRefuted) {
  answer_.xid_database = "orders";
  answer_.xid_age = 250'000'000;
  EXPECT_EQ(say("transaction ids"),
            "proved: transaction ids: the oldest is 250,000,000 old of 300,000,000 allowed, in "
            "orders");
  postgres_.limits.xid_percent = 10;
  EXPECT_TRUE(say("transaction ids").starts_with("refuted")) << say("transaction ids");
  postgres_.limits.xid_percent.reset();
  answer_.xid_age = 300'000'001;
  EXPECT_TRUE(say("transaction ids").starts_with("refuted"));
  answer_.multixact_age = 700'000'000;
  EXPECT_TRUE(say("multixact ids").starts_with("refuted"));
}

TEST_F(PostgresJudgeTest, DeadRowsAreJudgedByShareAndByAge) {
  Table table{.name = "public.a", .live = 100'000, .dead = 30'000, .vacuum_seconds = 3600};
  EXPECT_TRUE(say_table(table).starts_with("proved")) << say_table(table);
  table.dead = 80'000;
  EXPECT_EQ(say_table(table),
            "refuted: public.a: 80,000 dead rows beside 100,000, vacuumed 60 m ago");
  table.dead = 30'000;
  table.vacuum_seconds = 8 * 86400;
  EXPECT_EQ(say_table(table),
            "refuted: public.a: 30,000 dead rows beside 100,000, vacuumed 8 d ago");
  table.dead = 15'000;
  EXPECT_TRUE(say_table(table).starts_with("proved"));
  table = {.name = "public.small", .live = 0, .dead = 9'999};
  EXPECT_TRUE(say_table(table).starts_with("proved"));
  table.dead = 10'000;
  EXPECT_EQ(say_table(table), "refuted: public.small: 10,000 dead rows beside 0, never vacuumed");
}

TEST_F(PostgresJudgeTest, StaleStatisticsAreRefuted) {
  Table table{.name = "public.a", .live = 100'000, .changed = 50'000, .analyze_seconds = 3600};
  EXPECT_TRUE(say_table(table).starts_with("proved"));
  table.analyze_seconds.reset();
  EXPECT_EQ(say_table(table),
            "refuted: public.a: 50,000 rows changed since it was analyzed, which was never");
}

TEST_F(PostgresJudgeTest, NumbersOfAHostileServerStayNumbers) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  answer_.version = "\x1b[31m";
  answer_.up_seconds = kMost;
  answer_.xid_age = kMost;
  answer_.xid_limit = kMost;
  answer_.multixact_age = kMost;
  answer_.multixact_limit = kMost;
  answer_.transaction_seconds = kMost;
  SourceReport report;
  report.findings = judge_server(postgres_, answer_, kJudgeNow);
  tidy(report);
  EXPECT_NE(report.findings.back().text.find("\\x1b[31m"), std::string::npos);
  EXPECT_TRUE(say_table({.name = "a", .live = kMost, .dead = kMost, .changed = kMost})
                  .starts_with("refuted"));
}

}  // namespace
}  // namespace mainstay::agent::service
