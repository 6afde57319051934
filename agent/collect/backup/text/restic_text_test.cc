#include "agent/collect/backup/text/restic_text.h"

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

using Verdict = CheckSaid::Verdict;

const std::string kSnapshotId(64, 'a');

std::string snapshot(const std::string& more = "") {
  return R"({"time":"2026-11-26T17:32:14.398178809Z","tree":"92","paths":["/etc","/srv"],)"
         R"("hostname":"web","username":"root","id":")" +
         kSnapshotId + "\"" + more + "}";
}
std::string checked(const std::string& read) {
  return "create exclusive lock for repository\nload indexes\ncheck all packs\n"
         "check snapshots, trees and blobs\n[0:00] 100.00%  2 / 2 snapshots\n\n" +
         read + "\n\nno errors were found\n";
}

TEST(ResticTextTest, ReadsSnapshotsWithAndWithoutASummary) {
  const auto list = read_restic_snapshots(
      "[" + snapshot() + "," + snapshot(R"(,"summary":{"total_bytes_processed":4711})") + "]");
  ASSERT_TRUE(list.has_value()) << list.error().detail;
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ(list->front().at, wall_from_ms(1'795'714'334'000));
  EXPECT_EQ(list->front().hostname, "web");
  EXPECT_EQ(list->front().paths, (std::vector<std::string>{"/etc", "/srv"}));
  EXPECT_EQ(list->front().bytes, std::nullopt);
  EXPECT_EQ(list->back().bytes, 4711);
}

TEST(ResticTextTest, NoSnapshotIsNoError) {
  for (const char* none : {"[]", "null"}) {
    const auto list = read_restic_snapshots(none);
    ASSERT_TRUE(list.has_value());
    EXPECT_TRUE(list->empty());
  }
}

TEST(ResticTextTest, RefusesWhatIsNoListOfSnapshots) {
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("Fatal: wrong password"), "[" + snapshot(),
        R"([{"id":"-o"}])" + std::string(), std::string(200, '[')}) {
    EXPECT_FALSE(read_restic_snapshots(bad).has_value()) << bad;
  }
}

TEST(ResticTextTest, IdsAreNothingElse) {
  const auto ids = read_restic_ids(kSnapshotId + "\n" + std::string(64, '0') + "\n");
  ASSERT_TRUE(ids.has_value());
  EXPECT_EQ(ids->size(), 2U);
  EXPECT_TRUE(read_restic_ids("")->empty());
  EXPECT_FALSE(read_restic_ids("--help\n").has_value());
  EXPECT_FALSE(read_restic_ids(std::string(64, 'A')).has_value());
}

TEST(ResticTextTest, ALockTellsWhoHoldsIt) {
  const auto lock = read_restic_lock(
      R"({"time":"2026-11-26T17:35:34.28Z","exclusive":false,"hostname":"vm","pid":24594})");
  ASSERT_TRUE(lock.has_value());
  EXPECT_EQ(lock->hostname, "vm");
  EXPECT_EQ(lock->pid, 24594);
  EXPECT_FALSE(read_restic_lock(R"({"time":"now","hostname":"vm","pid":1})").has_value());
}

TEST(ResticTextTest, PacksAreCountedByTheFirstByteOfTheirId) {
  ResticPacks packs;
  const std::string index = R"({"packs":[{"id":"e0)" + std::string(62, '0') +
                            R"(","blobs":[{"length":100},{"length":20}]}]})";
  ASSERT_TRUE(add_restic_index(index, packs).has_value());
  ASSERT_TRUE(add_restic_index(index, packs).has_value());
  EXPECT_EQ(packs.count[0xe0], 2);
  EXPECT_EQ(packs.bytes[0xe0], 240);
  EXPECT_FALSE(add_restic_index(R"({"packs":[{"id":"x","blobs":[]}]})", packs).has_value());
}

TEST(ResticTextTest, APartThatWasReadIsProved) {
  const std::string text = checked(
      "read group #2 of 2 data packs (out of total 6 packs in 3 groups)\n"
      "[0:00] 100.00%  2 / 2 packs");
  const auto said = read_restic_check({.exit = 0, .output = text, .error_output = ""});
  EXPECT_EQ(said.verdict, Verdict::Proved);
  EXPECT_EQ(said.read, 2);
  EXPECT_EQ(said.of_all, 6);
}

TEST(ResticTextTest, ExitZeroAndNoErrorsProveNothingWhereNoPackWasRead) {
  const std::string text = checked(
      "read group #1 of 0 data packs (out of total 6 packs in 3 groups)\n"
      "[0:00]          0 packs");
  const auto said = read_restic_check({.exit = 0, .output = text, .error_output = ""});
  EXPECT_EQ(said.verdict, Verdict::NotProved);
  EXPECT_EQ(said.reason, "it read no data pack");
  EXPECT_EQ(read_restic_check({}).verdict, Verdict::NotProved);
}

TEST(ResticTextTest, DamageRefutesAndALockDoesNot) {
  const auto damaged = read_restic_check(
      {.exit = 1,
       .output = "read all data\n[0:00] 100.00%  6 / 6 packs\n",
       .error_output =
           "Pack ID does not match, want 55, got 62\nFatal: repository contains errors\n"});
  EXPECT_EQ(damaged.verdict, Verdict::Refuted);
  EXPECT_EQ(damaged.reason, "Pack ID does not match, want 55, got 62");
  const auto locked = read_restic_check(
      {.exit = 1,
       .output = "create exclusive lock for repository\n",
       .error_output = "unable to create lock in backend: repository is already locked\n"});
  EXPECT_EQ(locked.verdict, Verdict::NotProved);
}

}  // namespace
}  // namespace mainstay::agent::backup
