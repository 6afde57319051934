#include "agent/collect/zypper/zypper_findings.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime kAt = wall_from_ms(1'795'651'200'000);

std::string recorded(const std::string& name) {
  std::ifstream file(std::string(MAINSTAY_SOURCE_DIR) + "/agent/collect/zypper/recorded_" + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
ZypperList list(const std::string& name) {
  auto found = read_zypper_updates(recorded(name));
  EXPECT_TRUE(found.has_value()) << found.error().detail;
  return found.has_value() ? std::move(*found) : ZypperList();
}
ZypperState state_of(const std::string& patches) {
  ZypperState state;
  ZypperList found = list(patches);
  state.patches = std::move(found.updates);
  state.complaint = std::move(found.complaint);
  state.knows_patches = found.knows_patches;
  state.packages = list("list-updates.xml").updates;
  state.fetched = kAt - std::chrono::hours(1);
  return state;
}
SourceReport judged(const ZypperState& state, FirstSeen* seen = nullptr) {
  SourceReport report;
  report.at = kAt;
  judge_zypper(state, seen, report);
  return report;
}

TEST(ZypperTest, TakesWhatZypperPrinted) {
  const auto patches = list("list-patches.xml").updates;
  ASSERT_EQ(patches.size(), 4U);
  EXPECT_EQ(patches[0].name, "RHSA-2026:1001");
  EXPECT_EQ(patches[0].status, "needed");
  EXPECT_EQ(patches[0].severity, "important");
  EXPECT_EQ(patches[0].published, 1'793'613'600);
  EXPECT_THAT(patches[0].cves, ElementsAre("CVE-2026-18822", "CVE-2026-18823"));
  EXPECT_EQ(patches[2].category, "bugfix");
  const auto packages = list("list-updates.xml").updates;
  ASSERT_EQ(packages.size(), 5U);
  EXPECT_EQ(packages[3].edition, "1:3.0.7-1.el9");
  EXPECT_EQ(packages[3].edition_old, "1:3.0.1-1.el9");
}

TEST(ZypperTest, WhatItOffersHasRpmsNames) {
  ZypperState state = state_of("list-patches.xml");
  ZypperUpdate more = state.packages[0];
  more.kind = "product";
  state.packages.push_back(more);
  more.kind = "package";
  more.edition = "0:1-1";
  state.packages.push_back(more);
  const auto upgrades = upgrades_of(state);
  ASSERT_EQ(upgrades.size(), 6U);
  EXPECT_EQ(upgrades[0].name, "curl.noarch");
  EXPECT_EQ(upgrades[0].evr, "7.77-1.el9");
  EXPECT_EQ(upgrades[3].evr, "1:3.0.7-1.el9");
  EXPECT_EQ(upgrades[5].evr, "1-1") << "rpm's word leaves an epoch of zero out";
}

TEST(ZypperTest, NeededSecurityPatchesRefuteWithSeverityAndCves) {
  FirstSeen seen;
  ASSERT_TRUE(seen.seen("RHSA-2026:1002", "2", kAt - std::chrono::days(3)).has_value());
  const SourceReport report = judged(state_of("list-patches.xml"), &seen);
  ASSERT_EQ(report.findings.size(), 4U);
  EXPECT_EQ(report.findings[0].judgement, Judgement::Refuted);
  EXPECT_EQ(report.findings[0].text,
            "3 security patches needed, the oldest known for 3 d: RHSA-2026:1002, RHSA-2026:1001, "
            "RHSA-2026:1004");
  EXPECT_EQ(report.findings[1].text,
            "security patch, critical, published 2026-11-02; CVE-2026-31337");
  EXPECT_EQ(reading_of(report.findings[1], Measure::AgeSeconds), 3 * 86'400);
  EXPECT_EQ(reading_of(report.findings[1], Measure::PublishedAtSeconds), 1'793'613'600);
  EXPECT_EQ(report.facts[0].value, 3);
  EXPECT_EQ(report.facts[1].value, 5);
}

TEST(ZypperTest, PatchesUnderLocksAreOpenAndHeld) {
  ZypperState state = state_of("locked-patches.xml");
  state.kept_out = {"RHSA-2026:1001", "RHBA-2026:1003"};
  const SourceReport report = judged(state);
  ASSERT_EQ(report.findings.size(), 5U);
  EXPECT_EQ(report.findings[1].subject, "RHSA-2026:1005") << "goes before the others, which wait";
  EXPECT_EQ(report.findings[1].text, "security patch, moderate, published 2026-11-01; CVE-2026-2");
  EXPECT_THAT(report.findings[2].text, HasSubstr("2026-11-01; kept out by this host's locks; CVE"));
  EXPECT_EQ(report.findings[4].text,
            "security patch, low, published 2026-11-01, needs a reboot; "
            "kept out by this host's locks");
  EXPECT_EQ(report.facts[0].value, 2) << "of four";
  EXPECT_EQ(report.facts[2].fact, Fact::PatchHeld);
  EXPECT_EQ(report.facts[2].value, 2);
  std::erase_if(state.patches, [](const ZypperUpdate& one) { return one.status != "unwanted"; });
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::Refuted) << "a lock mends nothing";
  EXPECT_EQ(judged(state).findings[0].text, "1 security patch needed: RHSA-2026:1004");
}

TEST(ZypperTest, APatchOfTwoRepositoriesCountsOnce) {
  ZypperState state = state_of("list-patches.xml");
  const auto twice = state.patches;
  state.patches.insert(state.patches.end(), twice.begin(), twice.end());
  EXPECT_EQ(judged(state).findings.size(), 4U);
  EXPECT_EQ(judged(state).facts[0].value, 3);
}

TEST(ZypperTest, NoneNeededIsProvedByFreshAndWholeListsOnly) {
  ZypperState state = state_of("list-patches.xml");
  state.patches.clear();
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::Proved);
  state.fetched = kAt - std::chrono::hours(30);
  EXPECT_EQ(judged(state).findings[0].text, "a repository's lists were fetched 30 h ago");
  state.fetched = WallTime{};
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::NotProved);
}

TEST(ZypperTest, ARepositoryThatCouldNotBeReadIsADoubtAndHidesNoPatch) {
  ZypperState state = state_of("bad-repository.xml");
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::Refuted);
  EXPECT_THAT(judged(state).findings[0].text, HasSubstr("; zypper complains: Error building"));
  state.patches.clear();
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::NotProved);
  state.complaint.clear();
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::Proved);
  state.unfetched = "other";
  EXPECT_EQ(judged(state).findings[0].text, "lists of repository other were never fetched");
}

TEST(ZypperTest, WhereNobodyPublishesPatchesNothingIsProved) {
  EXPECT_TRUE(list("list-patches.xml").knows_patches);
  const ZypperState state = state_of("no-repository.xml");
  EXPECT_TRUE(state.patches.empty());
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(judged(state).findings[0].text, "no repository publishes patches");
}

TEST(ZypperTest, WhatWasCutOrIsOfOthersIsRefused) {
  const std::string whole = recorded("list-patches.xml");
  for (std::size_t size = 0; size + 2 < whole.size(); size += 7) {
    EXPECT_FALSE(read_zypper_updates(whole.substr(0, size)).has_value()) << size;
  }
  const auto complaint = read_zypper_updates(recorded("busy.xml"));
  ASSERT_FALSE(complaint.has_value());
  EXPECT_EQ(complaint.error().fault, Fault::Unavailable);
  EXPECT_THAT(complaint.error().detail,
              HasSubstr("zypper: System management is locked by the application with pid 4711"));
  EXPECT_FALSE(read_zypper_updates("<html/>").has_value());
  EXPECT_FALSE(read_zypper_updates("<stream/>").has_value());
  EXPECT_FALSE(
      read_zypper_updates("<stream><update-list><update kind=\"patch\" name=\"a b\" "
                          "edition=\"1\"/></update-list></stream>"));
}

}  // namespace
}  // namespace mainstay::agent
