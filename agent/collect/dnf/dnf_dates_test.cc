#include "agent/collect/dnf/dnf_dates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// As dnf 4.14 prints it.
constexpr const char* kPrinted =
    "===============================================================================\n"
    "  t\n"
    "===============================================================================\n"
    "  Update ID: RHSA-2026:1001\n"
    "       Type: security\n"
    "    Updated: 2026-11-20 10:00:00\n"
    "       CVEs: CVE-2026-18822\n"
    "           : CVE-2026-18823\n"
    "Description: Fixes\n"
    "           : Updated: 2020-01-01 00:00:00\n"
    "   Severity: Important\n"
    "\n"
    "===============================================================================\n"
    "  t\n"
    "===============================================================================\n"
    "  Update ID: RHSA-2026:1002\n"
    "       Type: security\n"
    "    Updated: 2026-11-01 23:59:59\n";

TEST(DnfDatesTest, TakesTheDateOfEachAdvisory) {
  EXPECT_THAT(read_dnf_dates(kPrinted), ElementsAre(Pair("RHSA-2026:1001", 1'795'168'800),
                                                    Pair("RHSA-2026:1002", 1'793'577'599)));
}

TEST(DnfDatesTest, WhatIsNoDateIsNotKnown) {
  for (const char* date :
       {"", "2026-11-20", "2026-13-20 10:00:00", "2026-02-30 10:00:00", "2026-11-20 24:00:00",
        "2026-11-20 10:60:00", "2026-11-20 10:00:60", "2026-11-20T10:00:00", "-026-11-20 10:00:00",
        "2026-11-20 10:00:00 ", "2026-+1-20 10:00:00", "2026-11-20 10:00:0x"}) {
    EXPECT_THAT(read_dnf_dates("  Update ID: A\n    Updated: " + std::string(date) + "\n"),
                IsEmpty())
        << date;
  }
  EXPECT_THAT(read_dnf_dates("    Updated: 2026-11-20 10:00:00\n"), IsEmpty()) << "of no advisory";
  EXPECT_THAT(read_dnf_dates("  Update ID: A\n====\n    Updated: 2026-11-20 10:00:00\n"),
              IsEmpty());
}

}  // namespace
}  // namespace mainstay::agent
