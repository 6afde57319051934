#include "agent/collect/service/unit_judge.h"

#include <gtest/gtest.h>

namespace mainstay::agent::service {
namespace {

using namespace std::chrono_literals;

constexpr TimerNow kUnitsNow{.wall = WallTime(1795536180s + 2h), .monotonic = 50h};

Unit unit_of(const std::string& id, const std::string& state = "active") {
  Unit unit;
  unit.id = id;
  unit.load_state = "loaded";
  unit.active_state = state;
  unit.result = "success";
  unit.active_since = kUnitsNow.wall - 10min;
  return unit;
}

Unit timer_of(const std::string& sub_state) {
  Unit timer = unit_of("backup.timer");
  timer.sub_state = sub_state;
  timer.accuracy = Duration(1min);
  timer.triggered = kUnitsNow.wall - 25h;
  return timer;
}

TEST(UnitJudgeTest, NoneFailedIsProvedAndCounted) {
  const auto made =
      judge_units({unit_of("a.service"), unit_of("b.socket"), timer_of("waiting")}, kUnitsNow);
  ASSERT_EQ(made.findings.size(), 1U);
  EXPECT_EQ(made.failed, 0U);
  EXPECT_EQ(made.findings[0].judgement, Judgement::Proved);
  EXPECT_EQ(made.findings[0].text, "none of 3 failed, none of 1 timers is late");
  EXPECT_EQ(reading_of(made.findings[0], Measure::Count), 3);
}

TEST(UnitJudgeTest, AFailedUnitIsRefutedWithItsTimeAndReason) {
  Unit bad = unit_of("nginx.service", "failed");
  bad.changed = WallTime(1795536180s);
  bad.result = "exit-code";
  bad.exit_status = 1;
  const auto made = judge_units({unit_of("a.service"), bad}, kUnitsNow);
  ASSERT_EQ(made.findings.size(), 1U);
  EXPECT_EQ(made.failed, 1U);
  EXPECT_EQ(made.findings[0].judgement, Judgement::Refuted);
  EXPECT_EQ(made.findings[0].subject, "nginx.service");
  EXPECT_EQ(made.findings[0].text, "failed since 2026-11-24 16:03:00 UTC: exit-code, status 1");
  EXPECT_EQ(reading_of(made.findings[0], Measure::AgeSeconds), 7200);
}

TEST(UnitJudgeTest, AUnitThatComesAndGoesIsFlapping) {
  Unit unit = unit_of("api.service");
  const auto is_flapping = [&] {
    return judge_units({unit}, kUnitsNow).findings[0].judgement == Judgement::Refuted;
  };
  unit.restarts = 2;
  EXPECT_FALSE(is_flapping());
  unit.restarts = 3;
  EXPECT_TRUE(is_flapping());
  unit.active_since = kUnitsNow.wall - 1h;
  EXPECT_FALSE(is_flapping());
  unit.restarts = 4;
  EXPECT_TRUE(is_flapping());
  unit.restarts = 100'000;
  unit.active_since = kUnitsNow.wall - 23h;
  EXPECT_TRUE(is_flapping());
  unit.active_since = kUnitsNow.wall - 24h;
  EXPECT_FALSE(is_flapping());
  unit.active_state = "activating";
  unit.sub_state = "auto-restart";
  unit.result = "exit-code";
  const auto made = judge_units({unit}, kUnitsNow);
  EXPECT_EQ(made.findings[0].text,
            "flapping: restarted 100,000 times, now auto-restart; last exit-code");
}

TEST(UnitJudgeTest, ATimerIsLateBeyondItsOwnAccuracy) {
  Unit timer = timer_of("waiting");
  timer.next = kUnitsNow.wall - 5min;
  EXPECT_FALSE(judge_timer(timer, kUnitsNow).has_value());
  timer.next = kUnitsNow.wall - 2h;
  const auto late = judge_timer(timer, kUnitsNow);
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->judgement, Judgement::Refuted);
  EXPECT_EQ(late->text, "missed: was due 2 h ago; last fired 25 h ago");
  timer.accuracy = Duration(12h);
  EXPECT_FALSE(judge_timer(timer, kUnitsNow).has_value());
}

TEST(UnitJudgeTest, ATimerSinceTheBootIsLateByThatClock) {
  Unit timer = timer_of("waiting");
  timer.next_monotonic = Duration(0);
  EXPECT_FALSE(judge_timer(timer, kUnitsNow).has_value());
  timer.next_monotonic = Duration(51h);
  EXPECT_FALSE(judge_timer(timer, kUnitsNow).has_value());
  timer.next_monotonic = Duration(49h);
  EXPECT_TRUE(judge_timer(timer, kUnitsNow).has_value());
}

TEST(UnitJudgeTest, ATimerWhoseUnitNeverEndsDoesNotFire) {
  Unit timer = timer_of("running");
  EXPECT_EQ(judge_timer(timer, kUnitsNow)->judgement, Judgement::NotProved);
  timer.period = Duration(2h);
  EXPECT_EQ(judge_timer(timer, kUnitsNow)->judgement, Judgement::Refuted);
  timer.period = Duration(168h);
  EXPECT_FALSE(judge_timer(timer, kUnitsNow).has_value());
  timer.triggered = kUnitsNow.wall - 23h;
  timer.period.reset();
  EXPECT_FALSE(judge_timer(timer, kUnitsNow).has_value());
}

TEST(UnitJudgeTest, ATimerThatIsOffIsNotLooked) {
  Unit timer = timer_of("dead");
  timer.active_state = "inactive";
  timer.next = kUnitsNow.wall - 2h;
  EXPECT_EQ(judge_units({timer}, kUnitsNow).findings[0].judgement, Judgement::Proved);
}

TEST(UnitJudgeTest, HostileNamesAreEscapedInTheReport) {
  Unit unit = unit_of("host\\x2dile@\x1b]0;$(reboot)`id`\n.service", "failed");
  SourceReport report;
  report.findings = judge_units({unit}, kUnitsNow).findings;
  tidy(report);
  EXPECT_EQ(report.findings[0].subject, "host\\x2dile@\\x1b]0;$(reboot)`id`\\x0a.service");
}

}  // namespace
}  // namespace mainstay::agent::service
