// A store's file, cut and damaged in every way that LMDB itself would not notice or not survive.
#include "common/store/structure.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/rng.h"
#include "common/store/environment.h"
#include "common/store/test_world.h"

namespace mainstay::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kMapBytes = 64U << 20U;
constexpr std::size_t kPlaceOfChange = 16 + 128;  // in a meta page
constexpr std::size_t kPlaceOfRoot = 16 + 72 + 40;

class StructureTest : public testing::Test {
 protected:
  // Short values and long ones, in several levels, with free pages between.
  void SetUp() override {
    const auto opened = Environment::open(path_, kMapBytes, Syncing::Never);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 600; ++i) {
        const bool is_long = i % 50 == 0;
        put(**opened, "k/" + std::to_string(i), Bytes(is_long ? 9000U : 150U, std::byte(round)));
      }
    }
    for (int i = 0; i < 600; i += 3) put(**opened, "k/" + std::to_string(i), std::nullopt);
    std::stringstream all;
    all << std::ifstream(path_, std::ios::binary).rdbuf();
    whole_ = all.str();
  }
  static void put(Environment& environment, const std::string& key, std::optional<Bytes> value) {
    const Put put = {.table = Table::Data, .key = key, .stored = std::move(value)};
    ASSERT_TRUE(environment.put(std::span(&put, 1)).has_value());
  }
  Status check(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    return check_structure(path_);
  }
  // LMDB goes by the meta page with the higher number.
  [[nodiscard]] std::size_t newest() const {
    const auto change = [&](std::size_t page) {
      std::uint64_t number = 0;
      std::memcpy(&number, whole_.data() + page * kPageBytes + kPlaceOfChange, sizeof number);
      return number;
    };
    return change(0) < change(1) ? 1 : 0;
  }

  TestFolder folder_;
  const std::string path_ = folder_.path() + "/truth.mdb";
  std::string whole_;
};

TEST_F(StructureTest, PassesWhatLmdbWrote) {
  const Status checked = check(whole_);
  EXPECT_TRUE(checked.has_value()) << checked.error().detail;
  EXPECT_TRUE(check("").has_value());
  std::filesystem::remove(path_);
  EXPECT_TRUE(check_structure(path_).has_value());
}

// A healthy store must never be refused: after each of many commits, of many sizes, with long
// values that shrink and grow, and with what was free used again.
TEST_F(StructureTest, PassesAfterEachCommit) {
  const auto opened = Environment::open(path_, kMapBytes, Syncing::Never);
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  Rng rng(20261126);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> keys(1 + rng.below(60));
    for (auto& key : keys) key = "k/" + std::to_string(rng.below(900));
    std::vector<Put> puts;
    for (const auto& key : keys) {
      const auto length = rng.chance(125) ? rng.below(30'000) : rng.below(1'100);
      std::optional<Bytes> value;
      if (!rng.chance(333)) value = Bytes(length, std::byte{7});
      puts.push_back({.table = Table::Data, .key = key, .stored = std::move(value)});
    }
    ASSERT_TRUE((*opened)->put(puts).has_value());
    const Status checked = check_structure(path_);
    ASSERT_TRUE(checked.has_value()) << "round " << round << ": " << checked.error().detail;
  }
  for (int i = 0; i < 900; ++i) put(**opened, "k/" + std::to_string(i), std::nullopt);
  EXPECT_TRUE(check_structure(path_).has_value()) << "all erased";
}

TEST_F(StructureTest, FindsAFileThatWasCutAnywhere) {
  int found = 0;
  for (std::size_t pages = 0; pages < whole_.size() / kPageBytes; ++pages) {
    const Status checked = check(whole_.substr(0, pages * kPageBytes + (pages == 0 ? 100 : 0)));
    if (checked) continue;  // only pages that are free were cut off
    ++found;
    EXPECT_EQ(checked.error().fault, Fault::Corrupt);
    EXPECT_THAT(checked.error().detail, AllOf(HasSubstr(path_), HasSubstr("restore the folder")));
  }
  EXPECT_GE(found, 40);
  EXPECT_FALSE(check(whole_.substr(0, kPageBytes * 3 / 2)).has_value());
}

TEST_F(StructureTest, FindsThatTheNewestStateWouldBeForgotten) {
  std::string bytes = whole_;
  bytes[newest() * kPageBytes + kPlaceOfChange] = 0;
  bytes[newest() * kPageBytes + kPlaceOfChange + 1] = 0;
  const Status checked = check(bytes);
  ASSERT_FALSE(checked.has_value());
  EXPECT_THAT(checked.error().detail, HasSubstr("its number is impossible"));
}

TEST_F(StructureTest, FindsARootThatPointsElsewhere) {
  std::string bytes = whole_;
  bytes[newest() * kPageBytes + kPlaceOfRoot] ^= 1;
  EXPECT_FALSE(check(bytes).has_value());
}

// A page that LMDB would follow into another's, or beyond the end, is Corrupt; the others are read
// to the end by LMDB without a fault, which ASan would tell.
TEST_F(StructureTest, WhatPassesCanBeRead) {
  Rng rng(20261125);
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::string bytes = whole_;
    const std::uint64_t page = 2 + rng.below(bytes.size() / kPageBytes - 2);
    // Page header and the offsets of entries: what LMDB trusts most.
    const std::uint64_t at = page * kPageBytes + rng.below(64);
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1U << rng.below(8)));
    if (!check(bytes)) {
      ++refused;
      continue;
    }
    const auto opened = Environment::open(path_, kMapBytes, Syncing::EachCommit);
    ASSERT_TRUE(opened.has_value());
    std::string after;
    while (true) {
      const auto rows = (*opened)->rows("", after, 100);
      if (!rows || rows->empty()) break;
      if (rows->back().key <= after) break;  // keys out of order: the sums of records tell
      after = rows->back().key;
    }
  }
  EXPECT_GE(refused, 50);
}

}  // namespace
}  // namespace mainstay::store
