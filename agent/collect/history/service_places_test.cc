#include "agent/collect/history/service_places.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/rng.h"

namespace mainstay::agent {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

constexpr std::uint64_t kMachineBytes =
    10'000UL * 1024 * 1024;  // a MiB is a hundredth of a percent
constexpr std::uint32_t kFirst = 30'000'000;

ServiceLoad load_of(const std::string& unit, std::uint64_t mib, std::uint32_t cpu = 0) {
  return {.unit = unit, .memory_bytes = mib * 1024 * 1024, .cpu = cpu};
}

class ServicePlacesTest : public testing::Test {
 protected:
  /// Gives places as a history's writer does, and counts who took one over.
  std::vector<std::string> minute(const std::vector<ServiceLoad>& loads) {
    const auto names =
        places_.choose(owners_, loads, {.minute = minute_, .memory_bytes = kMachineBytes});
    for (const std::string& name : names) {
      if (std::ranges::find(owners_, name, &HistoryOwner::name) != owners_.end()) continue;
      const auto place = std::ranges::find_if(owners_, [&](const HistoryOwner& owner) {
        return std::ranges::find(names, owner.name) == names.end();
      });
      if (!place->name.empty()) ++taken_over_;
      *place = {.name = name, .since_minute = minute_};
    }
    ++minute_;
    return names;
  }
  static std::vector<ServiceLoad> small(std::size_t count) {
    std::vector<ServiceLoad> loads;
    for (std::size_t i = 0; i < count; ++i) loads.push_back(load_of("s" + std::to_string(i), 10));
    return loads;
  }

  std::array<HistoryOwner, kServiceHistory.places> owners_{};
  ServicePlaces places_;
  std::uint32_t minute_ = kFirst;
  std::size_t taken_over_ = 0;
};

TEST_F(ServicePlacesTest, TheLargestByEitherHaveThem) {
  auto loads = small(40);
  loads.push_back(load_of("hog", 3000));
  loads.push_back(load_of("burner", 0, 9800));
  const auto names = minute(loads);
  EXPECT_THAT(names, SizeIs(kServiceHistory.places));
  EXPECT_THAT(names, IsSupersetOf({"hog", "burner"}));
}

TEST_F(ServicePlacesTest, AllOfFewHaveOne) {
  EXPECT_THAT(minute(small(5)), SizeIs(5));
  EXPECT_THAT(minute({}), SizeIs(5)) << "also when they have ended";
}

TEST_F(ServicePlacesTest, ThoseThatAreAlikeDoNotChangePlaces) {
  Rng rng(3);
  for (int i = 0; i < 2000; ++i) {
    auto loads = small(60);
    for (ServiceLoad& load : loads) load = load_of(load.unit, 100 + rng.below(80));
    minute(loads);
  }
  EXPECT_EQ(taken_over_, 0U);
}

TEST_F(ServicePlacesTest, AHogTakesThePlaceOfTheLeastOnceThatHadItsTime) {
  auto loads = small(15);
  loads[7] = load_of("s7", 2);
  minute(loads);
  loads.push_back(load_of("hog", 500));
  for (int i = 1; i < 15; ++i) EXPECT_THAT(minute(loads), Not(Contains("hog"))) << i;
  const auto names = minute(loads);
  EXPECT_THAT(names, Contains("hog"));
  EXPECT_THAT(names, Not(Contains("s7")));
  EXPECT_EQ(taken_over_, 1U);
}

TEST_F(ServicePlacesTest, WhoWorksNowAndThenKeepsItsPlace) {
  auto loads = small(14);
  loads.push_back(load_of("hourly", 1, 9000));
  minute(loads);
  for (int i = 0; i < 20; ++i) {
    loads[14] = load_of("hourly", 1, i == 19 ? 9000 : 0);
    auto with_rival = loads;
    with_rival.push_back(load_of("rival", 15));
    EXPECT_THAT(minute(with_rival), Contains("hourly")) << i;
  }
}

TEST_F(ServicePlacesTest, WhatIsGoneGivesWay) {
  minute(small(15));
  auto loads = small(14);
  for (int i = 0; i < 60; ++i) minute(loads);
  loads.push_back(load_of("new", 1));
  EXPECT_THAT(minute(loads), Contains("new"));
  EXPECT_THAT(minute(loads), Not(Contains("s14")));
}

TEST_F(ServicePlacesTest, AtMostAPlaceAMinuteChangesHands) {
  Rng rng(4);
  for (int i = 0; i < 600; ++i) {
    std::vector<ServiceLoad> loads;
    for (int unit = 0; unit < 40; ++unit) {  // each minute others burn
      loads.push_back(load_of("u" + std::to_string(unit), 1,
                              rng.below(10) == 0 ? 9900 : static_cast<std::uint32_t>(0)));
    }
    minute(loads);
  }
  EXPECT_LE(taken_over_, 600U);
  EXPECT_LE(taken_over_, 600U / 15 * 15 + 15) << "fifteen minutes each";
}

TEST_F(ServicePlacesTest, GoesOnFromATableOfAnEarlierLife) {
  for (std::size_t i = 0; i < owners_.size(); ++i) {
    owners_[i] = {.name = "s" + std::to_string(i), .since_minute = kFirst - 100};
  }
  EXPECT_THAT(minute(small(20)), IsSupersetOf({"s0", "s14"}));
  EXPECT_EQ(taken_over_, 0U);
  // And of a clock that was ahead.
  for (HistoryOwner& owner : owners_) owner.since_minute = kFirst + 1'000'000;
  auto loads = small(15);
  loads.push_back(load_of("hog", 5000));
  EXPECT_THAT(minute(loads), Contains("hog"));
}

TEST_F(ServicePlacesTest, AMachineOfNoKnownSizeIsWeighedInMib) {
  const std::vector<ServiceLoad> loads = {load_of("a", 1), load_of("b", 900)};
  std::array<HistoryOwner, 1> one{};
  EXPECT_THAT(places_.choose(one, loads, {.minute = kFirst, .memory_bytes = 0}), Contains("b"));
}

}  // namespace
}  // namespace mainstay::agent
