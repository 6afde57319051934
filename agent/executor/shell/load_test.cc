// What the executor takes from its journal at a start, and what it refuses.
#include "agent/executor/shell/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ports/test_records.h"
#include "common/wire/row.h"
#include "common/wire/row_sample.h"

namespace mainstay::executor {
namespace {

using testing::HasSubstr;

Trust any_trust() {
  const SignedDocument roster{
      .context = std::string(context::kRoster), .payload = encode(Roster{}), .signatures = {}};
  Trust trust;
  trust.roster = encode(roster);
  return trust;
}

AttemptRow attempt(const char* host) {
  auto row = sample::make<AttemptRow>(3);
  row.attempt.host = *HostId::parse(host);
  return row;
}

TEST(LoadTest, ReadsAttemptsBackFromWhereTheyArePut) {
  TestRecords records;
  for (const char* host : {"web-1", "web-2"}) {
    const auto put = encode_write({.row = attempt(host)});
    records.rows[{put.axis, put.key}] = *put.value;
  }
  const auto journal = load_journal(records, any_trust(), {});
  ASSERT_TRUE(journal) << journal.error().detail;
  EXPECT_EQ(journal->attempts.size(), 2U);
}

TEST(LoadTest, CallsAnAttemptUnderAnothersKeyCorrupt) {
  TestRecords records;
  const std::string key = attempt_key(attempt("web-2").attempt);
  records.rows[{Axis::Truth, key}] = encode_row(attempt("web-1"));
  const auto journal = load_journal(records, any_trust(), {});
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().fault, Fault::Corrupt);
  EXPECT_THAT(journal.error().detail, HasSubstr(key + ": holds the row of attempt/"));
}

}  // namespace
}  // namespace mainstay::executor
