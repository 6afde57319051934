#include "agent/collect/resource/service_shares.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

constexpr Instant kBegin = instant_from_ms(1'000'000);
constexpr Duration kStep = std::chrono::seconds(60);

ServiceReading reading(std::uint64_t group, std::optional<std::uint64_t> cpu_us) {
  return {.unit = "s" + std::to_string(group), .group = group, .memory_bytes = 1, .cpu_us = cpu_us};
}

std::optional<std::uint32_t> share(ServiceShares& shares, std::vector<ServiceReading> readings,
                                   int steps) {
  const auto loads = shares.since_before({.services = std::move(readings)}, kBegin + steps * kStep);
  return loads.empty() ? std::nullopt : loads[0].cpu;
}

TEST(ServiceSharesTest, AreOfOneProcessorSinceTheReadingBefore) {
  ServiceShares shares;
  EXPECT_FALSE(share(shares, {reading(1, 5'000'000)}, 0).has_value()) << "nothing before it";
  EXPECT_EQ(share(shares, {reading(1, 35'000'000)}, 1), 5000U);
  EXPECT_EQ(share(shares, {reading(1, 35'000'000)}, 2), 0U);
  EXPECT_EQ(share(shares, {reading(1, 275'000'000)}, 3), 40'000U) << "four of them";
  EXPECT_EQ(share(shares, {reading(1, 275'060'000)}, 4), 10U);
}

TEST(ServiceSharesTest, ACounterThatWentBackBeganAnew) {
  ServiceShares shares;
  share(shares, {reading(1, 60'000'000)}, 0);
  EXPECT_EQ(share(shares, {reading(1, 6'000'000)}, 1), 1000U);
}

TEST(ServiceSharesTest, WhatWasStartedSinceUsedAllItHas) {
  ServiceShares shares;
  share(shares, {reading(1, 60'000'000)}, 0);
  EXPECT_EQ(share(shares, {reading(2, 12'000'000), reading(1, 60'000'000)}, 1), 2000U);
}

TEST(ServiceSharesTest, WhoseCounterWasNotKnownHasNoShare) {
  ServiceShares shares;
  share(shares, {reading(1, std::nullopt)}, 0);
  EXPECT_FALSE(share(shares, {reading(1, 9'000'000)}, 1).has_value());
  EXPECT_FALSE(share(shares, {reading(1, std::nullopt)}, 2).has_value());
  // Of a reading that was cut, one more may have been there all the time.
  shares.since_before({.services = {reading(1, 1)}, .is_cut = true}, kBegin + 3 * kStep);
  EXPECT_FALSE(share(shares, {reading(2, 9'000'000)}, 4).has_value());
}

TEST(ServiceSharesTest, AClockThatStandsMakesNoShare) {
  ServiceShares shares;
  share(shares, {reading(1, 0)}, 5);
  EXPECT_FALSE(share(shares, {reading(1, 1000)}, 5).has_value());
  EXPECT_FALSE(share(shares, {reading(1, 2000)}, 4).has_value());
}

TEST(ServiceSharesTest, MadNumbersFit) {
  ServiceShares shares;
  share(shares, {reading(1, 0)}, 0);
  EXPECT_EQ(share(shares, {reading(1, UINT64_MAX)}, 1), UINT32_MAX - 1);
}

}  // namespace
}  // namespace mainstay::agent
