#include "agent/collect/backup/text/borg_text.h"

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

using Verdict = CheckSaid::Verdict;

const std::string kArchiveId(64, 'b');
const std::string kRepository =
    "Starting repository check\nfinished segment check at segment 9\n"
    "Starting repository index check\nIndex object count match.\n"
    "Finished full repository check, no problems found.\n";
const std::string kVerification =
    "Starting archive consistency check...\n"
    "Starting cryptographic data integrity verification...\n"
    "Finished cryptographic data integrity verification, verified 29 chunks with 0 integrity "
    "errors.\nAnalyzing archive one (1/2)\n"
    "Archive consistency check complete, no problems found.\n";

CheckSaid said(int exit, const std::string& text, BorgCheck check = BorgCheck::VerifyData) {
  return read_borg_check({.exit = exit, .output = "", .error_output = text}, check);
}

TEST(BorgTextTest, ReadsArchivesWithTimesThatAreUtc) {
  const auto archives = read_borg_archives(
      R"({"archives":[{"name":"one","id":")" + kArchiveId +
      R"(","hostname":"vm","start":"2026-11-26T17:32:22.000000"}],"repository":{}})");
  ASSERT_TRUE(archives.has_value()) << archives.error().detail;
  ASSERT_EQ(archives->size(), 1U);
  EXPECT_EQ(archives->front().at, wall_from_ms(1'795'714'342'000));
  EXPECT_EQ(archives->front().hostname, "vm");
}

TEST(BorgTextTest, RefusesWhatIsNoListOfArchives) {
  EXPECT_FALSE(read_borg_archives("").has_value());
  EXPECT_FALSE(read_borg_archives("{}").has_value());
  EXPECT_FALSE(read_borg_archives(R"({"archives":[{"name":"","id":"0"}]})").has_value());
  EXPECT_FALSE(read_borg_archives(R"({"archives":[{"name":"a\u0000b","id":")" + kArchiveId +
                                  R"(","hostname":"","start":"2026-11-26T17:32:22"}]})")
                   .has_value());
}

TEST(BorgTextTest, ReadsSizes) {
  EXPECT_EQ(read_borg_size(R"({"archives":[{"stats":{"original_size":45300000}}]})"), 45300000);
  EXPECT_FALSE(read_borg_size(R"({"archives":[]})").has_value());
  EXPECT_FALSE(read_borg_size(R"({"archives":[{"stats":{"original_size":-1}}]})").has_value());
  EXPECT_EQ(read_borg_stored(R"({"cache":{"stats":{"unique_csize":45303500}}})"), 45303500);
}

TEST(BorgTextTest, ALockTellsWhoHoldsIt) {
  const auto lock = read_borg_lock("vm.example.net@123456.4242-0");
  ASSERT_TRUE(lock.has_value());
  EXPECT_EQ(lock->hostname, "vm.example.net");
  EXPECT_EQ(lock->pid, 4242);
  for (const char* bad : {"", "vm", "vm@", "@1.2-0", "vm@12", "a.b@12", "vm@1.-5-0", "vm@1.5"}) {
    EXPECT_FALSE(read_borg_lock(bad).has_value()) << bad;
  }
}

TEST(BorgTextTest, TellsAWholeReadingFromOneOfChecksums) {
  const auto whole = said(0, kRepository + kVerification);
  EXPECT_EQ(whole.verdict, Verdict::Proved);
  EXPECT_TRUE(whole.has_read_data);
  EXPECT_EQ(whole.read, 29);
  EXPECT_EQ(said(0, kRepository).verdict, Verdict::NotProved);
  const auto checksums = said(0, kRepository, BorgCheck::ChecksumsOnly);
  EXPECT_EQ(checksums.verdict, Verdict::Proved);
  EXPECT_FALSE(checksums.has_read_data);
  EXPECT_EQ(said(0, "").verdict, Verdict::NotProved);
}

TEST(BorgTextTest, DamageCountsWhateverTheExitCode) {
  const std::string damage =
      "Starting repository check\n"
      "Data integrity error: Segment entry checksum mismatch [segment 2, offset 8]\n"
      "Finished full repository check, errors found.\n";
  for (const int exit : {0, 1}) {
    const auto found = said(exit, damage + kVerification);
    EXPECT_EQ(found.verdict, Verdict::Refuted);
    EXPECT_TRUE(found.reason.starts_with("Data integrity error")) << found.reason;
  }
  EXPECT_EQ(said(0, kRepository +
                        "Finished cryptographic data integrity verification, verified 29 chunks "
                        "with 3 integrity errors.\n")
                .verdict,
            Verdict::Refuted);
}

TEST(BorgTextTest, AnArchivesNameSaysNothing) {
  EXPECT_EQ(said(0, "Analyzing archive Finished full repository check, no problems found\n" +
                        kVerification)
                .verdict,
            Verdict::NotProved);
  EXPECT_EQ(said(0, kRepository + "Analyzing archive Data integrity error (1/2)\n",
                 BorgCheck::ChecksumsOnly)
                .verdict,
            Verdict::Proved);
}

TEST(BorgTextTest, ALockedRepositoryIsNeitherGoodNorBad) {
  const auto locked = said(2, "Failed to create/acquire the lock /b/lock.exclusive (timeout).\n");
  EXPECT_EQ(locked.verdict, Verdict::NotProved);
  EXPECT_TRUE(locked.reason.starts_with("Failed to create/acquire the lock"));
}

}  // namespace
}  // namespace mainstay::agent::backup
