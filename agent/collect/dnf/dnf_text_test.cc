#include "agent/collect/dnf/dnf_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;

TEST(DnfTextTest, TakesPackagesOfOurOwnForm) {
  const auto packages = read_rpm_packages(
      "curl|noarch|0:7.77-1.el9\n\nopenssl-libs|x86_64|1:3.0.7-1.el9\ngpg-pubkey|(none)|(none):f-"
      "5\n");
  ASSERT_TRUE(packages.has_value()) << packages.error().detail;
  EXPECT_THAT(*packages, ElementsAre(RpmPackage{"curl.noarch", "7.77-1.el9"},
                                     RpmPackage{"openssl-libs.x86_64", "1:3.0.7-1.el9"},
                                     RpmPackage{"gpg-pubkey.(none)", "f-5"}));
  EXPECT_TRUE(read_rpm_packages("")->empty());
}

TEST(DnfTextTest, TakesAdvisoriesWithSeverityAndTheFixApart) {
  const auto found = read_dnf_advisories(
      "RHSA-2026:1001 Important/Sec. nginx-1.20.2-1.el9.noarch\n"
      "RHSA-2026:1002 Critical/Sec.  openssl-libs-1:3.0.7-1.el9.x86_64\n"
      "FEDORA-2026-x  Unknown/Sec.   a.b-c-2.0~rc1-1.fc40.noarch\n"
      "RHBA-2026:1003 bugfix         curl-7.77-1.el9.noarch\n");
  ASSERT_TRUE(found.has_value()) << found.error().detail;
  ASSERT_EQ(found->size(), 4U);
  EXPECT_EQ((*found)[0].severity, "Important");
  EXPECT_EQ((*found)[1].fix, (RpmPackage{"openssl-libs.x86_64", "1:3.0.7-1.el9"}));
  EXPECT_EQ((*found)[2].fix, (RpmPackage{"a.b-c.noarch", "2.0~rc1-1.fc40"}));
  EXPECT_EQ((*found)[2].severity, "");
  EXPECT_EQ((*found)[3].severity, "");
}

TEST(DnfTextTest, TakesTheRepositoriesOfTheTable) {
  const auto names =
      read_dnf_repositories("repo id         repo name\nbaseos          B\nupdates u\n");
  ASSERT_TRUE(names.has_value());
  EXPECT_THAT(*names, ElementsAre("baseos", "updates"));
  EXPECT_TRUE(read_dnf_repositories("")->empty());
  EXPECT_FALSE(read_dnf_repositories("Error: no\n").has_value());
  EXPECT_FALSE(read_dnf_repositories("repo id  x\n../../etc x\n").has_value());
}

TEST(DnfTextTest, RefusesWhatIsNoneOfThese) {
  for (const std::string text :
       {"curl", "curl|noarch", "|noarch|1", "a b|noarch|1", "a|b|\x1b[2J", "a||1", "\xff|a|1"}) {
    EXPECT_FALSE(read_rpm_packages(text).has_value()) << text;
  }
  for (const std::string text :
       {"RHSA-1", "RHSA-1 x/Sec.", "RHSA-1 x/Sec. nginx", "RHSA-1 x/Sec. nginx-1.noarch",
        "RHSA-1 x/Sec. -1-1.noarch", "RHSA-1 x/Sec. nginx-1-1.noarch more",
        "Name Type Severity Package Issued"}) {
    EXPECT_FALSE(read_dnf_advisories(text).has_value()) << text;
  }
  EXPECT_FALSE(read_rpm_packages(std::string(kDnfOutputBytesMax + 1, '\n')).has_value());
  EXPECT_FALSE(read_rpm_packages(std::string(300, 'a') + "|noarch|1\n").has_value());
}

}  // namespace
}  // namespace mainstay::agent
