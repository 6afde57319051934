#include "agent/collect/updates/apt_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kSeconds = 1'795'651'200;
constexpr WallTime kNow = wall_from_ms(kSeconds * 1000);
constexpr std::int64_t kHour = 3600;

AptListing fresh() {
  return {.os_id = "debian",
          .os_version = "12",
          .lists_fetched = kSeconds - kHour,
          .security_published = kSeconds - 5 * kHour,
          .unfinished = {},
          .updates = {},
          .pinned = {}};
}
AptUpdate update(const std::string& name, bool security, bool held = false) {
  return {.name = name,
          .installed = "1.0-1",
          .candidate = "1.0-1+deb12u1",
          .label = security ? "Debian-Security" : "Debian",
          .security = security,
          .held = held};
}
Finding whole(const AptListing& listing, FirstSeen* seen = nullptr) {
  return judge_apt(listing, kNow, seen).front();
}

TEST(AptFindingsTest, FreshListsWithoutSecurityUpdatesProveIt) {
  AptListing listing = fresh();
  listing.updates = {update("curl:amd64", false), update("editor:amd64", false, true)};
  const Finding finding = whole(listing);
  EXPECT_EQ(finding.judgement, Judgement::Proved);
  EXPECT_EQ(finding.text, "no security update open; 1 other update; held: editor");
  EXPECT_EQ(reading_of(finding, Measure::CheckAgeSeconds), kHour);
  EXPECT_EQ(reading_of(finding, Measure::Count), 0);
  EXPECT_EQ(judge_apt(listing, kNow, nullptr).size(), 1U);
}

TEST(AptFindingsTest, ProvesNothingWithListsThatCouldHideAnUpdate) {
  AptListing listing = fresh();
  listing.lists_fetched = 0;
  EXPECT_EQ(whole(listing).text, "package lists were never fetched");
  listing.lists_fetched = kSeconds - 27 * kHour;
  EXPECT_EQ(whole(listing).text, "package lists were fetched 27 h ago");
  listing = fresh();
  listing.security_published = 0;
  EXPECT_EQ(whole(listing).text, "no source of security updates is configured");
  listing.security_published = kSeconds - 8 * 24 * kHour;
  EXPECT_EQ(whole(listing).text, "the newest list of security updates was published 8 d ago");
  listing = fresh();
  listing.interrupted = true;
  EXPECT_EQ(whole(listing).text, "dpkg was interrupted");
  listing = fresh();
  listing.rejected = 1;
  EXPECT_EQ(whole(listing).judgement, Judgement::NotProved);
}

TEST(AptFindingsTest, AnOpenSecurityUpdateRefutesEvenByOldLists) {
  AptListing listing = fresh();
  listing.lists_fetched = kSeconds - 48 * kHour;
  listing.updates = {update("nginx:amd64", true)};
  const Finding finding = whole(listing);
  EXPECT_EQ(finding.judgement, Judgement::Refuted);
  EXPECT_EQ(finding.text, "1 security update open: nginx; package lists were fetched 2 d ago");
  EXPECT_EQ(reading_of(finding, Measure::AgeSeconds), std::nullopt) << "nobody keeps ages";
}

TEST(AptFindingsTest, TheOldestComesFirstWithItsAge) {
  AptListing listing = fresh();
  listing.updates = {update("curl:amd64", true), update("nginx:amd64", true)};
  FirstSeen seen;
  ASSERT_TRUE(seen.seen("nginx:amd64", "1.0-1", kNow - std::chrono::days(9)).has_value());
  ASSERT_TRUE(seen.seen("gone:amd64", "1.0-1", kNow - std::chrono::days(9)).has_value());
  const auto findings = judge_apt(listing, kNow, &seen);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].text, "2 security updates open, the oldest known for 9 d: nginx, curl");
  EXPECT_EQ(reading_of(findings[0], Measure::AgeSeconds), 9 * 24 * kHour);
  EXPECT_EQ(findings[1].subject, "nginx:amd64");
  EXPECT_EQ(findings[1].text, "fix 1.0-1+deb12u1 (Debian-Security), installed 1.0-1");
  EXPECT_EQ(reading_of(findings[2], Measure::AgeSeconds), 0);
  EXPECT_EQ(seen.size(), 2U) << "what was installed is forgotten, what is new remembered";
}

TEST(AptFindingsTest, SaysWhyAnUpdateDoesNotCome) {
  AptListing listing = fresh();
  listing.updates = {update("editor:amd64", true, true), update("phase:amd64", true)};
  listing.updates[1].phased_percent = 10;
  listing.pinned = {update("db:amd64", true)};
  const auto findings = judge_apt(listing, kNow, nullptr);
  ASSERT_EQ(findings.size(), 4U);
  EXPECT_EQ(findings[0].judgement, Judgement::Refuted);
  EXPECT_EQ(reading_of(findings[0], Measure::Count), 3);
  EXPECT_THAT(findings[1].text, HasSubstr("; held here"));
  EXPECT_THAT(findings[2].text, HasSubstr("; phased, offered to 10 %"));
  EXPECT_THAT(findings[3].text, HasSubstr("; kept out by this host's preferences"));
}

TEST(AptFindingsTest, UnfinishedPackagesAreRefutedWithTheRepair) {
  AptListing listing = fresh();
  listing.unfinished = {{.name = "nginx:amd64", .version = "1.0-1", .status = "half-configured"}};
  const auto findings = judge_apt(listing, kNow, nullptr);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[1].judgement, Judgement::Refuted);
  EXPECT_EQ(findings[1].subject, "nginx:amd64");
  EXPECT_EQ(findings[1].text, "half-configured at 1.0-1; repair: dpkg --configure -a");
}

TEST(AptFindingsTest, AThousandUpdatesMakeALineOfBoundedLength) {
  AptListing listing = fresh();
  for (int i = 0; i < 1000; ++i) {
    listing.updates.push_back(update("package-" + std::to_string(i) + ":amd64", true));
  }
  SourceReport report;
  report.findings = judge_apt(listing, kNow, nullptr);
  EXPECT_EQ(report.findings.size(), 1001U);
  EXPECT_THAT(report.findings[0].text, HasSubstr(" more"));
  EXPECT_LE(report.findings[0].text.size(), kFindingTextBytesMax);
  tidy(report);
  EXPECT_EQ(report.findings[0].subject, "apt") << "what is cut is cut behind it";
  EXPECT_EQ(report.findings.size() + report.omitted, 1001U);
}

}  // namespace
}  // namespace mainstay::agent
