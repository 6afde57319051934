#include "agent/collect/usage/growers.h"

#include "agent/collect/usage/test_folder.h"

namespace mainstay::agent {
namespace {

constexpr std::uint64_t kGrowMib = 1024UL * 1024;
constexpr WallTime kThen = wall_from_ms(1'800'000'000'000);
constexpr Duration kGrowDay = std::chrono::hours(24);

using GrowersTest = FolderTest;

FolderSizes sizes_of(std::map<std::string, std::uint64_t, std::less<>> bytes, WallTime at = kThen) {
  FolderSizes sizes;
  sizes.at = at;
  sizes.bytes = std::move(bytes);
  return sizes;
}

TEST_F(GrowersTest, EachFileCountsForOneFolder) {
  write("/a/b/c/d/e/file", 3 * kGrowMib);
  write("/a/b/c/other", 2 * kGrowMib);
  write("/a/file", kGrowMib);
  write("/file", kGrowMib);
  write("/\x1b[2J\n/file", kGrowMib);
  write("/small/file");
  WalkLimits limits;
  const FolderSizes sizes = measure_folders({root_}, kThen, limits);
  EXPECT_TRUE(sizes.is_complete);
  ASSERT_EQ(sizes.bytes.size(), 4U);
  EXPECT_EQ(sizes.bytes.at(root_ + "/a/b/c"), 5 * kGrowMib);
  EXPECT_EQ(sizes.bytes.at(root_ + "/a"), kGrowMib);
  EXPECT_EQ(sizes.bytes.at(root_), kGrowMib);
  EXPECT_EQ(sizes.bytes.at(root_ + "/\\x1b[2J\\x0a"), kGrowMib);
  const auto again = read_folder_sizes(write_folder_sizes(sizes));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->bytes, sizes.bytes);
  EXPECT_EQ(again->at, kThen);
}

TEST_F(GrowersTest, WhatWasCutIsNotCompared) {
  for (int i = 0; i < 40; ++i) write("/a/file" + std::to_string(i), kGrowMib);
  WalkLimits limits{.entries_left = 20};
  const FolderSizes sizes = measure_folders({root_}, kThen, limits);
  EXPECT_FALSE(sizes.is_complete);
  EXPECT_TRUE(sizes.bytes.empty());
}

TEST_F(GrowersTest, TellsTheLargestGrowth) {
  const FolderSizes before =
      sizes_of({{"/a", 10 * kGrowMib}, {"/b", 500 * kGrowMib}, {"/c", 900 * kGrowMib}});
  FolderSizes after = sizes_of({{"/a", 110 * kGrowMib},
                                {"/b", 510 * kGrowMib},
                                {"/c", 1 * kGrowMib},
                                {"/new", 200 * kGrowMib}},
                               kThen + 2 * kGrowDay);
  SourceReport report;
  add_growth(before, after, report);
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].subject, "/new");
  EXPECT_EQ(report.findings[1].subject, "/a");
  EXPECT_EQ(report.findings[1].text, "grew by 100.0 MiB in 2 d to 110.0 MiB");
  EXPECT_EQ(reading_of(report.findings[1], Measure::SizeBeforeBytes), 10 * std::int64_t{kGrowMib});
  // What an incomplete look had not seen may have been there.
  FolderSizes partial = before;
  partial.is_complete = false;
  SourceReport other;
  add_growth(partial, after, other);
  EXPECT_EQ(other.findings.size(), 1U);
}

TEST_F(GrowersTest, ComparesWithALookOfADayAgo) {
  const std::string file = root_ + "/state";
  write("/data/a/file", kGrowMib);
  const auto look = [&](WallTime at) {
    SourceReport report;
    report.at = at;
    WalkLimits limits;
    add_growers(file, {root_ + "/data"}, limits, report);
    return report.findings;
  };
  EXPECT_TRUE(look(kThen).empty());
  write("/data/a/file", 80 * kGrowMib);
  EXPECT_EQ(look(kThen + kGrowDay / 2).size(), 1U);
  EXPECT_EQ(look(kThen + kGrowDay).size(), 1U);  // from here on it is compared with this one
  EXPECT_TRUE(look(kThen + kGrowDay + kGrowDay / 2).empty());
  // A clock that was set back, and a file that is none.
  EXPECT_TRUE(look(kThen - kGrowDay).empty());
  std::ofstream(file) << "garbage";
  EXPECT_TRUE(look(kThen).empty());
  write("/data/a/file", 160 * kGrowMib);
  EXPECT_EQ(look(kThen).size(), 1U);
}

TEST_F(GrowersTest, SaysThatItCannotRemember) {
  SourceReport report;
  WalkLimits limits;
  add_growers(root_ + "/none/state", {root_}, limits, report);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].judgement, Judgement::NotProved);
}

TEST(FolderSizesTest, RefusesWhatWasNotWritten) {
  const std::string head = "mainstay-folder-sizes-1 5 complete\n";
  EXPECT_TRUE(read_folder_sizes(head + "7 /a b\n").has_value());
  for (const std::string& text :
       {std::string(), std::string("mainstay-folder-sizes-2 5 complete\n"),
        std::string("mainstay-folder-sizes-1 5\n"),
        std::string("mainstay-folder-sizes-1 -5 partial\n"), head + "7 a\n", head + "x /a\n",
        head + "7 /a", head + "99999999999999999999 /a\n",
        head + "7 /" + std::string(2000, 'a') + "\n"}) {
    EXPECT_FALSE(read_folder_sizes(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mainstay::agent
