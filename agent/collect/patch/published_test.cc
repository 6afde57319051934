#include "agent/collect/patch/published.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

constexpr std::int64_t kNow = 1'795'651'200;

Finding told(std::int64_t published) {
  Finding finding;
  tell_published(finding, published, wall_from_ms(kNow * 1000));
  return finding;
}

TEST(PublishedTest, IsTextAndReading) {
  Finding finding;
  finding.text = "security patch";
  tell_published(finding, 1'793'613'600, wall_from_ms(kNow * 1000));
  EXPECT_EQ(finding.text, "security patch, published 2026-11-02");
  EXPECT_EQ(reading_of(finding, Measure::PublishedAtSeconds), 1'793'613'600);
}

TEST(PublishedTest, WhatIsNoDateIsNotKnown) {
  for (const std::int64_t seconds :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{253'402'300'800}, INT64_MAX, INT64_MIN}) {
    const Finding finding = told(seconds);
    EXPECT_EQ(finding.text, "");
    EXPECT_TRUE(finding.readings.empty());
  }
}

TEST(PublishedTest, WhatIsYetToComeIsNotKnown) {
  constexpr std::int64_t kDay = 86'400;
  EXPECT_EQ(told(1'924'992'000).text, "") << "2031-01-01";
  EXPECT_EQ(told(kNow + kDay + 1).text, "");
  EXPECT_TRUE(told(kNow + kDay + 1).readings.empty());
  EXPECT_EQ(told(kNow + kDay).text, ", published 2026-11-27");
}

}  // namespace
}  // namespace mainstay::agent
