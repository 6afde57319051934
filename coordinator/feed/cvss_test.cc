// Base scores of well-known vectors, as FIRST's calculator gives them, by their ratings.
#include "coordinator/feed/cvss.h"

#include <gtest/gtest.h>

namespace mainstay::coordinator {
namespace {

TEST(CvssTest, RatesAsTheSpecificationDoes) {
  const auto rated = [](std::string_view metrics) {
    return severity_of_cvss("CVSS:3.1/" + std::string(metrics));
  };
  EXPECT_EQ(rated("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Severity::Critical);  // 9.8
  EXPECT_EQ(rated("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"), Severity::Critical);  // 10.0
  EXPECT_EQ(rated("AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H"), Severity::Critical);  // 9.9
  EXPECT_EQ(rated("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"), Severity::Critical);  // 9.1
  EXPECT_EQ(rated("AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H"), Severity::High);      // 8.8
  EXPECT_EQ(rated("AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"), Severity::High);      // 7.8
  EXPECT_EQ(rated("AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H"), Severity::High);      // 7.0
  EXPECT_EQ(rated("AV:L/AC:H/PR:H/UI:R/S:U/C:H/I:H/A:H"), Severity::Medium);    // 6.3
  EXPECT_EQ(rated("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), Severity::Medium);    // 6.1
  EXPECT_EQ(rated("AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N"), Severity::Medium);    // 5.9
  EXPECT_EQ(rated("AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"), Severity::Low);       // 1.6
  EXPECT_EQ(rated("AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), Severity::Unknown);   // 0.0
  EXPECT_EQ(rated("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RC:C"), Severity::Critical);
  EXPECT_EQ(severity_of_cvss("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Severity::Critical);
}

TEST(CvssTest, WhatIsNoWholeVectorSaysNothing) {
  for (const char* text :
       {"", "high", "CVSS:3.1/", "CVSS:3.1/AV:N", "CVSS:2.0/AV:N/AC:L/Au:N/C:C/I:C/A:C",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H//",
        "CVSS:3.1/AV:NN/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}) {
    EXPECT_EQ(severity_of_cvss(text), Severity::Unknown) << text;
  }
}

}  // namespace
}  // namespace mainstay::coordinator
