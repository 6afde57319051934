#include "agent/collect/backup/text/pgbackrest_text.h"

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

using Verdict = CheckSaid::Verdict;

const std::string kBackup =
    R"({"label":"20261126-173507F","error":false,"info":{"delta":22992561,"size":22992561,)"
    R"("repository":{"delta":3043457,"size":3043457}},)"
    R"("timestamp":{"start":1795714507,"stop":1795714510}})";
const std::string kArchive =
    R"({"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000003",)"
    R"("min":"000000010000000000000001"})";

std::string info(const std::string& archives, const std::string& backups,
                 const std::string& status = R"("code":0,"message":"ok")") {
  return R"([{"name":"orders","archive":[)" + archives + R"(],"backup":[)" + backups +
         R"(],"repo":[{"key":1,"status":{)" + status + R"(}}],"status":{)" + status +
         R"(,"lock":{"backup":{"held":false}}}}])";
}
std::string listing(const std::string& name) {
  return R"({".":{"type":"path"},"000000010000000000000003.00000028.backup":{"type":"file",)"
         R"("size":1,"time":5},")" +
         name + R"(":{"type":"file","size":60018,"time":1795714510}})";
}
CheckSaid verified(int exit, const std::string& text) {
  return read_pgbackrest_verify({.exit = exit, .output = text, .error_output = ""});
}

TEST(PgBackRestTextTest, ReadsBackupsAndTheNewestSegment) {
  const auto read = read_pgbackrest_info(info(kArchive, kBackup), "orders");
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->code, 0);
  ASSERT_EQ(read->backups.size(), 1U);
  EXPECT_EQ(read->backups[0].stopped, wall_from_ms(1'795'714'510'000));
  EXPECT_EQ(read->backups[0].bytes, 22992561);
  EXPECT_EQ(read->archive, "15-1");
  EXPECT_EQ(read->segment, "000000010000000000000003");
}

TEST(PgBackRestTextTest, ABackupWithAnErrorIsNone) {
  std::string bad = kBackup;
  bad.replace(bad.find("\"error\":false"), 13, "\"error\":true");
  EXPECT_TRUE(read_pgbackrest_info(info(kArchive, bad), "orders")->backups.empty());
}

TEST(PgBackRestTextTest, TheCauseIsTheRepositorys) {
  const auto read = read_pgbackrest_info(
      info("", "", R"("code":99,"message":"[PathOpenError] unable to list")"), "orders");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->code, 99);
  EXPECT_EQ(read->message, "[PathOpenError] unable to list");
}

TEST(PgBackRestTextTest, RefusesAnotherStanzaAndNamesThatWouldLeaveTheFolder) {
  EXPECT_FALSE(read_pgbackrest_info(info(kArchive, kBackup), "payments").has_value());
  EXPECT_FALSE(read_pgbackrest_info("[]", "orders").has_value());
  std::string hostile = kArchive;
  hostile.replace(hostile.find("15-1"), 4, "../..");
  EXPECT_FALSE(read_pgbackrest_info(info(hostile, ""), "orders").has_value());
}

TEST(PgBackRestTextTest, TheArrivalIsThatOfTheSegmentItself) {
  const std::string segment = "000000010000000000000003";
  const auto arrival = read_pgbackrest_arrival(listing(segment + "-c1fb74.gz"), segment);
  ASSERT_TRUE(arrival.has_value());
  EXPECT_EQ(*arrival, wall_from_ms(1'795'714'510'000));
  EXPECT_FALSE(read_pgbackrest_arrival("{}", segment).has_value());
  EXPECT_FALSE(read_pgbackrest_arrival("[]", segment).has_value());
}

TEST(PgBackRestTextTest, VerifyIsBelievedByItsWordsNotByItsExit) {
  const std::string good =
      "stanza: orders\nstatus: ok\n"
      "  archiveId: 15-1, total WAL checked: 3, total valid WAL: 3\n"
      "  backup: 20261126-173507F, status: valid, total files checked: 964, total valid files: "
      "964\n";
  EXPECT_EQ(verified(0, good).verdict, Verdict::Proved);
  EXPECT_EQ(verified(0, good).read, 967);
  const auto bad = verified(
      0,
      "stanza: orders\nstatus: error\n"
      "  archiveId: 15-1, total WAL checked: 3, total valid WAL: 3\n"
      "  backup: 20261126-173507F, status: invalid, total files checked: 964, total valid files: "
      "963\n    checksum invalid: 1\n");
  EXPECT_EQ(bad.verdict, Verdict::Refuted);
  EXPECT_TRUE(bad.reason.starts_with("backup: 20261126-173507F, status: invalid")) << bad.reason;
  // A segment alone, with every backup whole: what came after the backup is lost.
  const auto lost = verified(
      0,
      "stanza: orders\nstatus: error\n"
      "  archiveId: 15-1, total WAL checked: 3, total valid WAL: 2\n    checksum invalid: 1\n"
      "  backup: 20261126-173507F, status: valid, total files checked: 964, total valid files: "
      "964\n");
  EXPECT_EQ(lost.verdict, Verdict::Refuted);
  EXPECT_TRUE(lost.reason.starts_with("archiveId: 15-1")) << lost.reason;
  EXPECT_EQ(verified(0, "").verdict, Verdict::NotProved);
  EXPECT_EQ(verified(0, "stanza: orders\nstatus: ok\n").verdict, Verdict::NotProved);
  EXPECT_EQ(verified(55, good).verdict, Verdict::NotProved);
}

TEST(PgBackRestTextTest, AMissingStartIsNoDamage) {
  const auto said = verified(0, "stanza: orders\nstatus: error\n  No usable backup.info file\n");
  EXPECT_EQ(said.verdict, Verdict::NotProved);
  EXPECT_EQ(said.reason, "No usable backup.info file");
}

}  // namespace
}  // namespace mainstay::agent::backup
