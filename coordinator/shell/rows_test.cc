// What a start takes from the store, and what it refuses.
#include "coordinator/shell/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ports/test_records.h"
#include "common/wire/row.h"
#include "common/wire/row_sample.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;

constexpr std::size_t kAuditMax = 100;

TEST(RowsTest, ReadsEachRowBackFromWhereItIsPut) {
  TestRecords records;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto row = sample::make<CoordinatorRow>(seed);
    const auto put = key_value_of({.axis = axis_of(row), .row = row});
    records.rows[{put.axis, put.key}] = *put.value;
  }
  const auto rows = load_rows(records, kAuditMax);
  ASSERT_TRUE(rows) << rows.error().detail;
  EXPECT_EQ(rows->size(), records.rows.size());
}

TEST(RowsTest, CallsARowUnderAnothersKeyCorrupt) {
  TestRecords records;
  SlotRow slot;
  slot.host = *HostId::parse("web-1");
  records.rows[{Axis::Truth, "slot/web-2"}] = encode_row(CoordinatorRow(slot));
  const auto rows = load_rows(records, kAuditMax);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().fault, Fault::Corrupt);
  EXPECT_THAT(rows.error().detail, HasSubstr("slot/web-2: holds the row of slot/web-1"));
}

TEST(RowsTest, CallsAnAuditRecordUnderAnothersKeyCorrupt) {
  TestRecords records;
  AuditRow record;
  record.number = 8;
  records.rows[{Axis::Truth, audit_key(7)}] = encode_row(CoordinatorRow(record));
  const auto rows = load_audit(records, 7, 1);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().fault, Fault::Corrupt);
}

/// A restart must not forget what is in time.
TEST(RowsTest, KeepsOfFindingsWhatHasADate) {
  const auto finding = [](Topic topic, Judgement judgement, Measure measure) {
    return Finding{.topic = topic,
                   .judgement = judgement,
                   .subject = "orders",
                   .text = "6 h old of 26 h",
                   .at = {},
                   .readings = {{.measure = measure, .value = 1}}};
  };
  FindingsRow row;
  row.host = *HostId::parse("web-1");
  row.source = Source::Backup;
  row.findings = {finding(Topic::Backup, Judgement::Proved, Measure::LimitSeconds),
                  finding(Topic::Patch, Judgement::Proved, Measure::Count),
                  finding(Topic::Patch, Judgement::Proved, Measure::AgeSeconds),
                  finding(Topic::Disk, Judgement::Proved, Measure::Count),
                  finding(Topic::Disk, Judgement::Refuted, Measure::Count)};
  TestRecords records;
  records.rows[{Axis::Cache, key_of(CoordinatorRow(row))}] = encode_row(CoordinatorRow(row));
  const auto rows = load_rows(records, kAuditMax);
  ASSERT_TRUE(rows) << rows.error().detail;
  const auto& kept = std::get<FindingsRow>(rows->front()).findings;
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[0].topic, Topic::Backup);
  EXPECT_EQ(kept[1].topic, Topic::Patch);
  EXPECT_EQ(kept[2].judgement, Judgement::Refuted);
}

TEST(RowsTest, ForgetsCacheUnderAnothersKey) {
  TestRecords records;
  SightRow sight;
  sight.host = *HostId::parse("web-1");
  records.rows[{Axis::Cache, "sight/web-1"}] = encode_row(CoordinatorRow(sight));
  records.rows[{Axis::Cache, "sight/web-2"}] = encode_row(CoordinatorRow(sight));
  const auto rows = load_rows(records, kAuditMax);
  ASSERT_TRUE(rows) << rows.error().detail;
  EXPECT_EQ(rows->size(), 1U);
}

}  // namespace
}  // namespace mainstay::coordinator
