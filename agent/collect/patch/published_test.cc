#include "agent/collect/patch/published.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

TEST(PublishedTest, IsTextAndReading) {
  Finding finding;
  finding.text = "security patch";
  tell_published(finding, 1'793'613'600);
  EXPECT_EQ(finding.text, "security patch, published 2026-11-02");
  EXPECT_EQ(reading_of(finding, Measure::PublishedAtSeconds), 1'793'613'600);
}

TEST(PublishedTest, WhatIsNoDateIsNotKnown) {
  for (const std::int64_t seconds :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{253'402'300'800}, INT64_MAX, INT64_MIN}) {
    Finding finding;
    tell_published(finding, seconds);
    EXPECT_EQ(finding.text, "");
    EXPECT_TRUE(finding.readings.empty());
  }
}

}  // namespace
}  // namespace mainstay::agent
