#include "agent/collect/backup/check_record.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "agent/collect/backup/size_memory.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent::backup {
namespace {

constexpr WallTime kWritten = WallTime(std::chrono::days(20'000));
constexpr Duration kHour = std::chrono::hours(1);

CheckOutcome part_of_three(std::uint32_t part, CheckSaid::Verdict verdict) {
  CheckOutcome outcome{.how = "restic check",
                       .read_bytes = verdict == CheckSaid::Verdict::Proved ? 100 : 0,
                       .total_bytes = 300,
                       .part = part,
                       .parts = 3,
                       .ends_round = part == 3};
  outcome.said.verdict = verdict;
  outcome.said.reason = "why";
  return outcome;
}
constexpr auto kGood = CheckSaid::Verdict::Proved;
constexpr auto kBad = CheckSaid::Verdict::Refuted;

class CheckRecordTest : public testing::Test {
 protected:
  RecordPlace place(const std::string& where = "borg /b") {
    return {.folder = folder_.path(), .set = "home", .where = where};
  }
  void write() {
    CheckRecord record{.at = kWritten, .is_good = true, .how = "borg check", .reason = ""};
    record.read_bytes = 4711;
    record.whole_at = kWritten - kHour;
    ASSERT_TRUE(write_record(place(), RecordKind::Check, record).has_value());
  }
  auto read(const RecordPlace& from) {
    return read_record(from, RecordKind::Check, kWritten + kHour);
  }
  TestFolder folder_;
};

TEST_F(CheckRecordTest, IsReadAsItWasWrittenByItsOwnerOnly) {
  write();
  const auto record = read(place());
  ASSERT_TRUE(record.has_value()) << record.error().detail;
  ASSERT_TRUE(record->has_value());
  EXPECT_EQ((*record)->at, kWritten);
  EXPECT_EQ((*record)->read_bytes, 4711);
  EXPECT_EQ((*record)->whole_at, kWritten - kHour);
  struct stat info{};
  ASSERT_EQ(::stat(folder_.file("home.check").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(CheckRecordTest, OfAnotherPlaceItIsNone) {
  write();
  EXPECT_FALSE(read(place("borg /elsewhere"))->has_value());
  EXPECT_FALSE(read({.folder = "", .set = "home", .where = "borg /b"})->has_value());
}

TEST_F(CheckRecordTest, EveryDamagedByteIsSeen) {
  write();
  std::ifstream in(folder_.file("home.check"));
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    std::ofstream(folder_.file("home.check"), std::ios::trunc) << bad;
    const auto record = read(place());
    ASSERT_FALSE(record.has_value()) << i;
    EXPECT_EQ(record.error().fault, Fault::Corrupt);
  }
  std::ofstream(folder_.file("home.check"), std::ios::trunc) << good.substr(0, good.size() / 2);
  EXPECT_FALSE(read(place()).has_value());
}

TEST_F(CheckRecordTest, OneThatOthersMayWriteOrALinkIsNotBelieved) {
  write();
  ASSERT_EQ(::chmod(folder_.file("home.check").c_str(), 0666), 0);
  EXPECT_FALSE(read(place()).has_value());
  ASSERT_EQ(::chmod(folder_.file("home.check").c_str(), 0600), 0);
  std::filesystem::rename(folder_.file("home.check"), folder_.file("other"));
  std::filesystem::create_symlink(folder_.file("other"), folder_.file("home.check"));
  EXPECT_FALSE(read(place()).has_value());
}

TEST_F(CheckRecordTest, OneFromTheFutureIsNotBelieved) {
  write();
  EXPECT_FALSE(read_record(place(), RecordKind::Check, kWritten - kHour).has_value());
}

TEST_F(CheckRecordTest, ARoundIsWholeSinceItsFirstPart) {
  const auto first = record_after(std::nullopt, part_of_three(1, kGood), kWritten);
  EXPECT_EQ(first.whole_at, WallTime());
  const auto second = record_after(first, part_of_three(2, kGood), kWritten + kHour);
  const auto third = record_after(second, part_of_three(3, kGood), kWritten + 2 * kHour);
  EXPECT_EQ(third.round_bytes, 300);
  EXPECT_EQ(third.whole_at, kWritten);
  const auto next = record_after(third, part_of_three(1, kGood), kWritten + 3 * kHour);
  EXPECT_EQ(next.round_bytes, 100);
  EXPECT_EQ(next.whole_at, kWritten);
}

TEST_F(CheckRecordTest, DamageOfAPartStaysUntilThatPartIsGood) {
  const auto first = record_after(std::nullopt, part_of_three(1, kGood), kWritten);
  const auto bad = record_after(first, part_of_three(2, kBad), kWritten + kHour);
  EXPECT_FALSE(bad.is_good);
  EXPECT_EQ(bad.reason, "why");
  EXPECT_EQ(bad.round_bytes, 100);
  const auto mended = record_after(bad, part_of_three(2, kGood), kWritten + 2 * kHour);
  EXPECT_TRUE(mended.is_good);
  EXPECT_EQ(mended.round_at, kWritten);
  EXPECT_EQ(mended.round_bytes, 200);
}

TEST_F(CheckRecordTest, ASizeIsAskedForOnceABackup) {
  int asked = 0;
  const auto ask = [&](const std::string& id) -> Result<std::int64_t> {
    ++asked;
    return id == "b" ? 200 : 100;
  };
  for (int look = 0; look < 3; ++look) {
    const auto sizes = sizes_of(folder_.path(), "home", {.newest = "b", .before = "a"}, ask);
    EXPECT_EQ(sizes.newest, 200);
    EXPECT_EQ(sizes.before, 100);
  }
  EXPECT_EQ(asked, 2);
  const auto sizes = sizes_of(folder_.path(), "home", {.newest = "c", .before = "b"}, ask);
  EXPECT_EQ(sizes.before, 200);
  EXPECT_EQ(asked, 3);
}

TEST_F(CheckRecordTest, AToolThatTellsOfOneBackupIsRemembered) {
  EXPECT_EQ(size_before(folder_.path(), "crm", {.id = "1", .bytes = 10}), std::nullopt);
  EXPECT_EQ(size_before(folder_.path(), "crm", {.id = "2", .bytes = 20}), 10);
  EXPECT_EQ(size_before(folder_.path(), "crm", {.id = "2", .bytes = 20}), 10);
  EXPECT_EQ(size_before(folder_.path(), "crm", {.id = "3", .bytes = 5}), 20);
}

}  // namespace
}  // namespace mainstay::agent::backup
