#include "agent/collect/dnf/dnf_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::HasSubstr;

constexpr WallTime kAt = wall_from_ms(1'795'651'200'000);

DnfState quiet() {
  DnfState state;
  state.fetched = kAt - std::chrono::hours(1);
  state.has_advisories = true;
  state.packages.installed = {{"nginx.noarch", "1.20.1-1.el9"}, {"curl.noarch", "7.76-1.el9"}};
  return state;
}
DnfState open_nginx() {
  DnfState state = quiet();
  state.packages.upgrades = {{"nginx.noarch", "1.20.3-1.el9"}, {"curl.noarch", "7.77-1.el9"}};
  const RpmPackage fix = {"nginx.noarch", "1.20.2-1.el9"};
  state.advisories = {{"RHSA-2026:1000", "Low", fix}, {"RHSA-2026:1001", "Important", fix}};
  state.cves = {{"CVE-2026-18822", "Important", fix}, {"CVE-2026-18823", "Important", fix}};
  return state;
}
SourceReport judged(const DnfState& state, FirstSeen* seen = nullptr) {
  SourceReport report;
  report.at = kAt;
  judge_dnf(state, seen, report);
  return report;
}
std::int64_t fact(const SourceReport& report, Fact wanted) {
  for (const auto& reading : report.facts) {
    if (reading.fact == wanted) return reading.value;
  }
  return -1;
}

TEST(DnfFindingsTest, NothingOpenIsProvedByFreshListsWithAdvisories) {
  DnfState state = quiet();
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::Proved);
  state.has_advisories = false;
  EXPECT_EQ(judged(state).findings[0].text, "no repository publishes advisories");
  state = quiet();
  state.fetched = kAt - std::chrono::hours(51);
  EXPECT_EQ(judged(state).findings[0].text, "a repository's lists were fetched 2 d ago");
  state.fetched = WallTime{};
  EXPECT_EQ(judged(state).findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(fact(judged(state), Fact::PatchListsAge), -1);
}

TEST(DnfFindingsTest, NamesFixAdvisorySeverityAndCves) {
  FirstSeen seen;
  ASSERT_TRUE(seen.seen("nginx.noarch", "1.20.1-1.el9", kAt - std::chrono::days(9)).has_value());
  DnfState state = open_nginx();
  state.published = {{"RHSA-2026:1000", 1}, {"RHSA-2026:1001", 1'793'613'600}};
  const SourceReport report = judged(state, &seen);
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].text, "1 security update open, the oldest known for 9 d: nginx");
  EXPECT_EQ(report.findings[1].subject, "nginx.noarch");
  EXPECT_EQ(report.findings[1].text,
            "fix 1.20.3-1.el9 (RHSA-2026:1001, Important, published 2026-11-02), "
            "installed 1.20.1-1.el9; CVE-2026-18822, CVE-2026-18823");
  EXPECT_EQ(reading_of(report.findings[1], Measure::PublishedAtSeconds), 1'793'613'600)
      << "of the gravest";
  EXPECT_EQ(reading_of(report.findings[1], Measure::AgeSeconds), 9 * 86'400);
  EXPECT_EQ(fact(report, Fact::PatchSecurity), 1);
  EXPECT_EQ(fact(report, Fact::PatchTotal), 2);
}

TEST(DnfFindingsTest, WhatTheHostKeepsOutIsOpenAllTheSame) {
  DnfState state = open_nginx();
  state.packages.upgrades.erase(state.packages.upgrades.begin());
  const SourceReport report = judged(state);
  EXPECT_EQ(report.findings[1].judgement, Judgement::Refuted);
  EXPECT_THAT(report.findings[1].text, HasSubstr("kept out by this host's settings"));
  EXPECT_FALSE(reading_of(report.findings[1], Measure::PublishedAtSeconds)) << "nobody said";
  EXPECT_EQ(fact(report, Fact::PatchSecurity), 0);
  EXPECT_EQ(fact(report, Fact::PatchHeld), 1);
}

TEST(DnfFindingsTest, KeepsToEightyPackages) {
  DnfState state = quiet();
  for (int i = 0; i < 100; ++i) {
    state.advisories.push_back({"RHSA-1", "Low", {"p" + std::to_string(i) + ".noarch", "1-1"}});
  }
  EXPECT_EQ(judged(state).findings.size(), 81U);
  EXPECT_EQ(judged(state).omitted, 20U);
}

}  // namespace
}  // namespace mainstay::agent
