#include "agent/collect/service/postgres_answer.h"

#include <gtest/gtest.h>

namespace mainstay::agent::service {
namespace {

constexpr std::string_view kPrimary =
    R"answer({"version" : "15.14 (Debian 15.14-0+deb12u1)", "up_seconds" : 7200,
 "is_standby" : false, "sees_all" : true, "xid_age" : 17, "xid_limit" : 200000000, "xid_database" : "postgres",
 "multixact_age" : 0, "multixact_limit" : 400000000,
 "transaction" : [{"pid" : 4711, "state" : "idle in transaction", "seconds" : 90}],
 "prepared_seconds" : null, "receivers" : 0, "lag_seconds" : null,
 "replicas" : [{"name" : "standby1", "state" : "streaming", "lag_seconds" : null, "lag_bytes" : 0}],
 "slots" : null, "databases" : ["postgres", "orders"]}
)answer";

std::string without(std::string_view key) {
  std::string text(kPrimary);
  text.replace(text.find(key), key.size(), "other");
  return text;
}

TEST(PostgresAnswerTest, ReadsAPrimarysAnswer) {
  const auto answer = read_server_answer(kPrimary);
  ASSERT_TRUE(answer.has_value()) << answer.error().detail;
  EXPECT_EQ(answer->version, "15.14 (Debian 15.14-0+deb12u1)");
  EXPECT_EQ(answer->transaction_seconds, 90);
  EXPECT_EQ(answer->transaction_pid, 4711);
  EXPECT_EQ(answer->replicas.size(), 1U);
  EXPECT_FALSE(answer->replicas[0].lag_seconds.has_value());
  EXPECT_EQ(answer->databases, (std::vector<std::string>{"postgres", "orders"}));
}

TEST(PostgresAnswerTest, RefusesWhatTheQuestionDoesNotMake) {
  for (const char* key : {"version", "is_standby", "xid_age", "replicas", "databases", "seconds"}) {
    EXPECT_FALSE(read_server_answer(without(key)).has_value()) << key;
  }
  for (const char* text : {"", "null", "[]", "{}", "{} {}", "1", "{\"version\": \"\xff\"}"}) {
    EXPECT_FALSE(read_server_answer(text).has_value()) << text;
    EXPECT_FALSE(read_database_answer(text).has_value()) << text;
  }
  std::string large(kPrimary);
  large.replace(large.find("17"), 2, "18446744073709551615");
  EXPECT_FALSE(read_server_answer(large).has_value());
  std::string fraction(kPrimary);
  fraction.replace(fraction.find("17"), 2, "1.5");
  EXPECT_FALSE(read_server_answer(fraction).has_value());
}

TEST(PostgresAnswerTest, ReadsTheTablesOfADatabase) {
  const auto answer = read_database_answer(
      R"({"tables": 2, "live": 100, "dead": 5, "worst": [{"name":"public.a","live":100,"dead":5,"changed":3,)"
      R"("vacuum_seconds":null,"analyze_seconds":60}]})");
  ASSERT_TRUE(answer.has_value()) << answer.error().detail;
  ASSERT_EQ(answer->worst.size(), 1U);
  EXPECT_FALSE(answer->worst[0].vacuum_seconds.has_value());
  EXPECT_EQ(answer->worst[0].analyze_seconds, 60);
}

}  // namespace
}  // namespace mainstay::agent::service
