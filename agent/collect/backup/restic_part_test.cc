#include <gtest/gtest.h>

#include "agent/collect/backup/check.h"

namespace mainstay::agent::backup {
namespace {

/// Packs in the first three of four parts, the second of them without any.
class ResticPartTest : public testing::Test {
 protected:
  ResticPartTest() {
    set_.read_all_every = std::chrono::hours(4 * 24);
    packs_.count[0x00] = 1;
    packs_.bytes[0x00] = 10;
    packs_.count[0x04] = 1;
    packs_.bytes[0x04] = 20;
    packs_.count[0x02] = 1;
    packs_.bytes[0x02] = 300;
  }
  std::uint32_t after(std::uint32_t part, bool is_good) {
    CheckRecord before{.is_good = is_good};
    before.part = part;
    before.parts = 4;
    return next_restic_part(packs_, set_, before).part;
  }
  BackupSet set_;
  ResticPacks packs_;
};

TEST_F(ResticPartTest, IsTheFirstWithData) {
  const ResticPart part = next_restic_part(packs_, set_, std::nullopt);
  EXPECT_EQ(part.part, 1U);
  EXPECT_EQ(part.parts, 4U);
  EXPECT_EQ(part.packs, 2);
  EXPECT_EQ(part.bytes, 30);
  EXPECT_EQ(part.total_bytes, 330);
  EXPECT_FALSE(part.is_last);
}

TEST_F(ResticPartTest, PassesWhatHasNoDataAndBeginsAnew) {
  EXPECT_EQ(after(1, true), 3U);
  EXPECT_EQ(after(3, true), 1U);
  CheckRecord before{.is_good = true};
  before.part = 1;
  before.parts = 4;
  EXPECT_TRUE(next_restic_part(packs_, set_, before).is_last);
}

TEST_F(ResticPartTest, ADamagedPartIsReadAgain) {
  EXPECT_EQ(after(1, false), 1U);
  EXPECT_EQ(after(3, false), 3U);
}

TEST_F(ResticPartTest, AnotherDivisionBeginsAnew) {
  CheckRecord before{.is_good = true};
  before.part = 1;
  before.parts = 5;
  EXPECT_EQ(next_restic_part(packs_, set_, before).part, 1U);
}

TEST_F(ResticPartTest, AnEmptyRepositoryHasAPartAllTheSame) {
  const ResticPart part = next_restic_part({}, set_, std::nullopt);
  EXPECT_EQ(part.part, 1U);
  EXPECT_EQ(part.packs, 0);
}

}  // namespace
}  // namespace mainstay::agent::backup
