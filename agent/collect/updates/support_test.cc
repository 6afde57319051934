#include "agent/collect/updates/support.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

constexpr std::string_view kDebian =
    "version,codename,series,created,release,eol,eol-lts,eol-elts\n"
    "1.1,Buzz,buzz,1993-08-16,1996-06-17,1997-06-05\n"
    "12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2028-06-30,2033-06-30\n"
    ",Sid,sid,1993-08-16\n";
constexpr std::string_view kUbuntu =
    "version,codename,series,created,release,eol,eol-server,eol-esm\n"
    "22.04 LTS,Jammy Jellyfish,jammy,2021-10-14,2022-04-21,2027-06-01,2027-06-01,2032-04-21\n";
// 2026-11-26, 2028-06-30 23:59:59, the second after, 2034-01-01.
constexpr WallTime kDay = wall_from_ms(1'795'651'200'000);
constexpr WallTime kLastSecond = wall_from_ms(1'846'022'399'000);
constexpr WallTime kOver = wall_from_ms(1'846'022'400'000);
constexpr WallTime kLong = wall_from_ms(2'019'686'400'000);

TEST(SupportTest, TellsTheSpansOfAReleaseFromTheDistributionsTable) {
  const auto support = support_in_table(kDebian, "12");
  ASSERT_TRUE(support.has_value());
  ASSERT_EQ(support->size(), 3U);
  Finding finding = judge_support("debian 12", *support, kDay);
  EXPECT_EQ(finding.judgement, Judgement::Proved);
  EXPECT_EQ(finding.text,
            "security updates until 2028-06-30 by LTS; its own support ended 2026-07-11");
  EXPECT_EQ(reading_of(finding, Measure::DeadlineSeconds), to_ms(kOver) / 1000);
  EXPECT_EQ(judge_support("debian 12", *support, kLastSecond).judgement, Judgement::Proved);
  finding = judge_support("debian 12", *support, kOver);
  EXPECT_EQ(finding.judgement, Judgement::NotProved) << "who pays is not known";
  EXPECT_EQ(finding.text,
            "security updates only by ELTS, which is sold, until 2033-06-30; its own support "
            "ended 2026-07-11");
  finding = judge_support("debian 12", *support, kLong);
  EXPECT_EQ(finding.judgement, Judgement::Refuted);
  EXPECT_EQ(finding.text, "no security updates since 2033-06-30");
}

TEST(SupportTest, AVersionWithAWordBehindItIsTheSame) {
  const auto support = support_in_table(kUbuntu, "22.04");
  ASSERT_TRUE(support.has_value());
  ASSERT_EQ(support->size(), 2U);
  EXPECT_EQ(judge_support("ubuntu 22.04", *support, kDay).text,
            "security updates until 2027-06-01");
}

TEST(SupportTest, WhatNoTableKnowsIsNotProved) {
  for (const char* version : {"", "99", "1", "Sid"}) {
    const auto support = support_in_table(kDebian, version);
    ASSERT_TRUE(support.has_value());
    EXPECT_TRUE(support->empty()) << version;
  }
  EXPECT_TRUE(support_known("debian", "99").empty());
  EXPECT_TRUE(support_known("", "").empty());
  EXPECT_EQ(judge_support("plan9 4", {}, kDay).judgement, Judgement::NotProved);
}

TEST(SupportTest, ReadsWhichReleaseThisIs) {
  const Release release =
      read_release("NAME=\"Rocky Linux\"\nID=\"rocky\"\nID_LIKE=\"rhel\"\nVERSION_ID=\"9.4\"\n");
  EXPECT_EQ(release.os_id, "rocky");
  EXPECT_EQ(release.version, "9.4");
  EXPECT_EQ(read_release("ID=debian\nPRETTY_NAME=x").version, "");
  EXPECT_EQ(read_release("ID=" + std::string(1000, 'x')).os_id, "");
}

TEST(SupportTest, ATableThatIsNoneIsRefused) {
  for (const std::string& table :
       {std::string(), std::string("<html>"), "version," + std::string(100'000, 'x')}) {
    EXPECT_FALSE(support_in_table(table, "12").has_value());
  }
  const auto odd = support_in_table("version,eol,eol-lts\n12,2026-13-45,20xx-01-01\n", "12");
  ASSERT_TRUE(odd.has_value());
  EXPECT_TRUE(odd->empty());
}

TEST(SupportTest, OurOwnTableKnowsMinorReleasesAndAgreesWithDebians) {
  EXPECT_EQ(judge_support("", support_known("rhel", "9.4"), kDay).text,
            "security updates until 2032-05-31");
  EXPECT_EQ(judge_support("", support_known("centos", "7"), kDay).judgement, Judgement::Refuted);
  EXPECT_EQ(judge_support("", support_known("ubuntu", "20.04"), kDay).judgement,
            Judgement::NotProved);
  EXPECT_TRUE(support_known("ubuntu", "20.10").empty());
  const Support ours = support_known("debian", "12");
  const auto theirs = support_in_table(kDebian, "12");
  ASSERT_EQ(ours.size(), 2U);
  for (std::size_t at = 0; at < ours.size(); ++at) EXPECT_EQ(ours[at].until, (*theirs)[at].until);
}

}  // namespace
}  // namespace mainstay::agent
