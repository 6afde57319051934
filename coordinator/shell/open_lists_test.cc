// Lists of packages are looked at once, in pieces, and what is found keeps its clock.
#include "coordinator/shell/exposure_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::hours;

class OpenListsTest : public ExposureWorld {
 protected:
  OpenListsTest() {
    bring("debian-tracker", {about("CVE-2026-1001", Severity::High, {fixed_in("openssl", "3.0.3")}),
                             about("CVE-2026-1002", Severity::Low, {fixed_in("openssl", "")})});
    has("eu-1", {{.name = "openssl", .version = "3.0.2"}});
    look_at_lists();
  }
  const ExposureRow* row(const std::string& id) {
    const auto found = state.exposures.find({id, "debian:12"});
    return found == state.exposures.end() ? nullptr : &found->second;
  }
  const Digest& packages() { return state.hosts.at(host_id("eu-1")).sight.row.packages; }
  std::size_t open() {
    const OpenList* list = open_lists_.find(packages());
    return list == nullptr ? 99 : list->surveyed.open.size();
  }
};

TEST_F(OpenListsTest, OnlyWhatCanBeMendedOrIsExploitedHasAClock) {
  EXPECT_EQ(open(), 2U);
  ASSERT_NE(row("CVE-2026-1001"), nullptr);
  EXPECT_EQ(row("CVE-2026-1001")->fix_at, now.wall);
  EXPECT_EQ(row("CVE-2026-1002"), nullptr);
  bring("exploited", {exploited("CVE-2026-1002")});
  look_at_lists();
  ASSERT_NE(row("CVE-2026-1002"), nullptr);
  EXPECT_EQ(row("CVE-2026-1002")->fix_at, WallTime{});
}

TEST_F(OpenListsTest, WhatIsKnownCostsNothing) {
  EXPECT_EQ(look_at_lists(), 1) << "a walk over the lists, and no more";
  has("eu-2", {{.name = "openssl", .version = "3.0.2"}});
  EXPECT_EQ(look_at_lists(), 1) << "the same list";
}

TEST_F(OpenListsTest, ManyListsAreManyPieces) {
  for (int i = 0; i < 6; ++i) {
    const std::string host = (i < 3 ? "eu-" : "us-") + std::to_string(1 + i % 3);
    std::vector<InstalledPackage> packages;
    for (int p = 0; p < 4'000; ++p) {
      packages.push_back({.name = "p" + std::to_string(p), .version = std::to_string(i)});
    }
    has(host, std::move(packages));
  }
  EXPECT_GE(look_at_lists(), 3);
}

TEST_F(OpenListsTest, ListsOfFewPackagesWithLongNamesAreManyPieces) {
  const auto tell = [&](std::size_t length) {
    for (const char* host : {"eu-1", "eu-2", "eu-3", "us-1", "us-2", "us-3"}) {
      std::vector<InstalledPackage> packages;
      for (int p = 0; p < 1'000; ++p) {
        const std::string name = host + std::to_string(p);
        packages.push_back({.name = name + std::string(length, 'a'),
                            .version = "1" + std::string(length, '0'),
                            .candidate = "2" + std::string(length, '0')});
      }
      has(host, std::move(packages));
    }
    return look_at_lists();
  };
  const int short_ones = tell(1);
  EXPECT_GE(tell(110), short_ones + 2);
}

TEST_F(OpenListsTest, AMendedOneIsGoneAndOneThatComesBackGoesOn) {
  const WallTime begun = now.wall;
  const std::vector<InstalledPackage> old = {{.name = "openssl", .version = "3.0.2"}};
  has("eu-1", {{.name = "openssl", .version = "3.0.3"}});
  wait(hours(1));
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, now.wall);
  has("eu-1", old);
  wait(hours(1));
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, WallTime{});
  EXPECT_EQ(open_lists_.find(packages())->oldest.since[std::to_underlying(Haste::Other)], begun);
}

TEST_F(OpenListsTest, AListOfVulnerabilitiesThatIsLostMendsNothing) {
  lose("debian-tracker");
  wait(hours(1));
  EXPECT_EQ(open(), 0U);
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, WallTime{});
}

TEST_F(OpenListsTest, AListOfPackagesThatIsNotHereMendsNothing) {
  const Digest digest = packages();
  has("eu-2", {{.name = "bash", .version = "5"}});
  state.packages[state.hosts.at(host_id("eu-2")).sight.row.packages].stored = false;
  has("eu-1", {{.name = "openssl", .version = "3.0.3"}});
  wait(hours(1));
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, WallTime{}) << "eu-2 may have it";
  EXPECT_EQ(open_lists_.find(digest), nullptr) << "of no host any more";
}

TEST_F(OpenListsTest, AListThatIsNeverToldHoldsClocksForADay) {
  has("eu-2", {{.name = "bash", .version = "5"}});
  state.packages[state.hosts.at(host_id("eu-2")).sight.row.packages].stored = false;
  has("eu-1", {{.name = "openssl", .version = "3.0.3"}});
  wait(hours(1));
  wait(hours(23));
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, WallTime{});
  wait(hours(1));
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, now.wall);
}

TEST_F(OpenListsTest, ACutListHoldsClocksOfItsReleaseAlone) {
  bring("osv-debian-13", {about("CVE-2026-1003", Severity::High,
                                {{.release = "debian:13",
                                  .package = "bash",
                                  .fix = Fix::None,
                                  .introduced = {},
                                  .fixed = {}}})});
  tells("eu-2", {.release = "debian:13", .packages = {}, .is_whole = false});
  has("eu-1", {{.name = "openssl", .version = "3.0.3"}});
  wait(hours(1));
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, now.wall);
}

TEST_F(OpenListsTest, WhatACutListHeldEndsWhenThatDoes) {
  tells("eu-2", {.release = "debian:12", .packages = {}, .is_whole = false});
  has("eu-1", {{.name = "openssl", .version = "3.0.3"}});
  wait(hours(1));
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, WallTime{}) << "what was left out may have it";
  has("eu-2", {{.name = "openssl", .version = "3.0.3"}});  // which is known: no list is new
  wait(hours(1));
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, now.wall);
}

TEST_F(OpenListsTest, AListThatTheDiskLostIsAskedForAgainOnceThereIsRoom) {
  has("eu-2", {{.name = "bash", .version = "5"}});
  const Digest lost = state.hosts.at(host_id("eu-2")).sight.row.packages;
  records_.rows.erase({Axis::Cache, packages_key(lost)});
  store_health_.cache_since = now.wall;
  wait(std::chrono::seconds(1));
  EXPECT_TRUE(open_lists_.take_lost().empty()) << "it may be on its way";
  wait(hours(1));
  EXPECT_TRUE(open_lists_.take_lost().empty()) << "the disk is full";
  store_health_.cache_since.reset();
  wait(std::chrono::seconds(1));
  EXPECT_EQ(open_lists_.take_lost(), std::vector{lost});
}

TEST_F(OpenListsTest, AnotherListOfVulnerabilitiesCountsForAllPackages) {
  bring("debian-tracker", {about("CVE-2026-1005", Severity::High, {fixed_in("openssl", "3.0.9")})});
  EXPECT_EQ(open(), 2U) << "until they were looked at, what was known before";
  EXPECT_FALSE(open_lists_.is_current());
  wait(hours(1));
  EXPECT_TRUE(open_lists_.is_current());
  EXPECT_EQ(open(), 1U);
  EXPECT_NE(row("CVE-2026-1005"), nullptr);
  EXPECT_EQ(row("CVE-2026-1001")->gone_at, now.wall) << "no list knows of it any more";
}

}  // namespace
}  // namespace mainstay::coordinator
