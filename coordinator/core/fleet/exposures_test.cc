// The clocks of deadlines: they begin once, and only hosts that are mended end them.
#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::hours;

class ExposuresTest : public TwoRegions {
 protected:
  static Exposure open(const std::string& id, bool has_fix = true) {
    return {.vulnerability = id, .release = "debian:12", .has_fix = has_fix};
  }
  static Exposure gone(const std::string& id) {
    Exposure exposure = open(id, false);
    exposure.is_gone = true;
    return exposure;
  }
  void see(Exposure exposure) { send(ExposuresSeen{.exposures = {std::move(exposure)}}); }
  void wait(Duration span) {
    now.mono += span;
    now.wall += span;
  }
  void tick_for(Duration span) {
    for (Duration passed{}; passed < span; passed += hours(1)) {
      wait(hours(1));
      send(Ticked{});
    }
  }
  const ExposureRow* row(const std::string& id) {
    const auto found = state.exposures.find({id, "debian:12"});
    return found == state.exposures.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool is_stored(const std::string& id) const {
    return store.contains("exposure/" + id + "/debian:12");
  }
};

TEST_F(ExposuresTest, TheClockBeginsWithTheFix) {
  const WallTime seen = now.wall;
  see(open("CVE-2026-1000", false));
  EXPECT_EQ(row("CVE-2026-1000")->seen_at, seen);
  EXPECT_EQ(row("CVE-2026-1000")->fix_at, WallTime{});
  wait(hours(5));
  see(open("CVE-2026-1000"));
  EXPECT_EQ(row("CVE-2026-1000")->seen_at, seen);
  EXPECT_EQ(row("CVE-2026-1000")->fix_at, seen + hours(5));
}

TEST_F(ExposuresTest, WhoHearsLateOfAFixWinsNoTime) {
  const WallTime seen = now.wall;
  const auto fixed = [&](const std::string& id, WallTime published) {
    Exposure exposure = open(id);
    exposure.published = published;
    see(exposure);
    return row(id)->fix_at;
  };
  for (const char* id : {"CVE-2026-1000", "CVE-2026-1001", "CVE-2026-1002", "CVE-2026-1003"}) {
    see(open(id, false));
  }
  wait(hours(50));
  EXPECT_EQ(fixed("CVE-2026-1000", seen + hours(20)), seen + hours(20));
  EXPECT_EQ(fixed("CVE-2026-1001", seen - hours(20)), seen) << "it was not known here before";
  EXPECT_EQ(fixed("CVE-2026-1002", now.wall + hours(1)), now.wall) << "a day to come is none";
  EXPECT_EQ(fixed("CVE-2026-1003", WallTime{}), now.wall);
  EXPECT_EQ(fixed("CVE-2026-1004", now.wall - hours(20)), now.wall) << "seen only now";
  EXPECT_EQ(fixed("CVE-2026-1003", seen), seen + hours(50)) << "what runs is not moved";
}

TEST_F(ExposuresTest, NothingThatIsStillOpenStartsItAnew) {
  see(open("CVE-2026-1000"));
  const WallTime begun = now.wall;
  wait(hours(5));
  see(open("CVE-2026-1000"));
  see(open("CVE-2026-1000", false));
  EXPECT_EQ(row("CVE-2026-1000")->fix_at, begun);
}

TEST_F(ExposuresTest, WhatComesBackWithinAMonthGoesOn) {
  see(open("CVE-2026-1000"));
  const WallTime begun = now.wall;
  wait(hours(1));
  see(gone("CVE-2026-1000"));
  EXPECT_EQ(row("CVE-2026-1000")->gone_at, now.wall);
  wait(limits.exposure_kept - hours(1));
  send(Ticked{});
  see(open("CVE-2026-1000"));
  ASSERT_NE(row("CVE-2026-1000"), nullptr);
  EXPECT_EQ(row("CVE-2026-1000")->gone_at, WallTime{});
  EXPECT_EQ(row("CVE-2026-1000")->fix_at, begun);
}

TEST_F(ExposuresTest, WhatHasBeenGoneForAMonthIsForgotten) {
  see(open("CVE-2026-1000"));
  see(open("CVE-2026-1001"));
  see(gone("CVE-2026-1000"));
  EXPECT_TRUE(is_stored("CVE-2026-1000"));
  wait(limits.exposure_kept);
  send(Ticked{});
  EXPECT_EQ(row("CVE-2026-1000"), nullptr);
  EXPECT_FALSE(is_stored("CVE-2026-1000"));
  EXPECT_NE(row("CVE-2026-1001"), nullptr) << "hosts are open to this one";
}

TEST_F(ExposuresTest, OutliveARestart) {
  see(open("CVE-2026-1000"));
  std::vector<CoordinatorRow> rows;
  for (const auto& [key, stored] : store) rows.push_back(stored);
  const State again = restore(std::move(rows));
  ASSERT_TRUE(again.exposures.contains({"CVE-2026-1000", "debian:12"}));
  EXPECT_EQ(again.exposures.at({"CVE-2026-1000", "debian:12"}).fix_at, now.wall);
}

TEST_F(ExposuresTest, WhereThereAreVeryManyTheUrgentOnesHaveRoom) {
  limits.exposures_max = 8;
  for (int i = 0; i < 10; ++i) see(open("CVE-2026-100" + std::to_string(i)));
  EXPECT_EQ(state.exposures.size(), 6U);
  Exposure urgent = open("CVE-2026-2000");
  urgent.is_urgent = true;
  see(urgent);
  EXPECT_NE(row("CVE-2026-2000"), nullptr);
  see(gone("CVE-2026-3000"));
  EXPECT_EQ(row("CVE-2026-3000"), nullptr) << "of one that was never there nothing is kept";
}

TEST_F(ExposuresTest, AClockThatWasAheadGivesNoTime) {
  now.wall += hours(10 * 365 * 24);
  send(Ticked{});
  see(open("CVE-2026-1000"));
  tick_for(hours(1));
  now.wall -= hours(10 * 365 * 24);
  send(Ticked{});
  const WallTime right = now.wall;
  EXPECT_GT(row("CVE-2026-1000")->fix_at, now.wall);
  tick_for(limits.clock_settle);
  EXPECT_EQ(row("CVE-2026-1000")->fix_at, right);
  EXPECT_EQ(row("CVE-2026-1000")->seen_at, right);
  const auto stored = std::get<ExposureRow>(store.at("exposure/CVE-2026-1000/debian:12"));
  EXPECT_EQ(stored.fix_at, right);
}

TEST_F(ExposuresTest, AClockThatIsBehindForAWhileMovesNothing) {
  see(open("CVE-2026-1000"));
  const WallTime begun = now.wall;
  now.wall -= hours(365 * 24);
  send(Ticked{});
  tick_for(limits.clock_settle - hours(1));
  now.wall += hours(365 * 24);
  send(Ticked{});
  tick_for(2 * limits.clock_settle);
  EXPECT_EQ(row("CVE-2026-1000")->fix_at, begun);
}

TEST_F(ExposuresTest, ALeapOfTheClockForgetsNothing) {
  see(open("CVE-2026-1000"));
  see(gone("CVE-2026-1000"));
  now.wall += limits.exposure_kept;
  send(Ticked{});
  tick_for(limits.clock_settle - hours(1));
  EXPECT_NE(row("CVE-2026-1000"), nullptr);
  tick_for(hours(1));
  EXPECT_EQ(row("CVE-2026-1000"), nullptr) << "the clock is right after all";
}

TEST_F(ExposuresTest, WhatIsGoneGivesWayAndWhatHasNoRoomIsSaid) {
  limits.exposures_max = 4;
  for (int i = 0; i < 3; ++i) see(open("CVE-2026-100" + std::to_string(i)));
  see(gone("CVE-2026-1001"));
  wait(hours(1));
  see(gone("CVE-2026-1000"));
  see(open("CVE-2026-2000"));
  EXPECT_NE(row("CVE-2026-2000"), nullptr);
  EXPECT_EQ(row("CVE-2026-1001"), nullptr) << "longest gone";
  EXPECT_FALSE(is_stored("CVE-2026-1001"));
  see(open("CVE-2026-2001"));
  EXPECT_EQ(row("CVE-2026-1000"), nullptr);
  EXPECT_FALSE(state.exposures_refused);
  see(open("CVE-2026-2002"));
  EXPECT_EQ(row("CVE-2026-2002"), nullptr);
  EXPECT_TRUE(state.exposures_refused);
  see(gone("CVE-2026-2000"));
  EXPECT_FALSE(state.exposures_refused);
  see(open("CVE-2026-2002"));
  EXPECT_NE(row("CVE-2026-2002"), nullptr);
}

}  // namespace
}  // namespace mainstay::coordinator
