#include <algorithm>

#include "agent/collect/service/unit_judge.h"
#include "common/core/span_text.h"

namespace mainstay::agent::service {
namespace {

// What a loaded machine may need beyond the accuracy that a timer itself allows.
constexpr Duration kGrace = std::chrono::minutes(5);
// Systems before AccuracyUSec was shown, and timers that leave it to systemd, have one minute; the
// most that Debian's own timers ask for is a day.
constexpr Duration kAccuracyUnknown = std::chrono::hours(24);
// A task of a timer that runs for longer stands in the way of the next one, unless its own period
// says that this is meant.
constexpr Duration kRunningMax = std::chrono::hours(24);

Finding late_finding(const Unit& timer, const TimerNow& now) {
  Finding made;
  made.topic = Topic::Service;
  made.judgement = Judgement::Refuted;
  made.subject = timer.id;
  made.at = now.wall;
  return made;
}

std::string last_text(const Unit& timer, const TimerNow& now) {
  return timer.triggered ? "; last fired " + age_text(now.wall - *timer.triggered)
                         : "; never fired since the boot";
}

std::optional<Finding> overdue_finding(const Unit& timer, const TimerNow& now) {
  Duration late{};
  if (timer.next) late = now.wall - *timer.next;
  // A timer with both kinds of schedule fires at the earlier one; 0 is how systemd says none.
  if (timer.next_monotonic && timer.next_monotonic->count() > 0)
    late = std::max(late, now.monotonic - *timer.next_monotonic);
  if (late <= timer.accuracy.value_or(kAccuracyUnknown) + kGrace) return std::nullopt;
  Finding made = late_finding(timer, now);
  made.text = "missed: was due " + age_text(late) + last_text(timer, now);
  made.readings = {
      {Measure::AgeSeconds, std::chrono::duration_cast<std::chrono::seconds>(late).count()}};
  return made;
}

/// A timer waits for its unit: while that runs, it does not fire.
std::optional<Finding> held_up_finding(const Unit& timer, const TimerNow& now) {
  if (!timer.triggered) return std::nullopt;
  const Duration running = now.wall - *timer.triggered;
  if (running <= std::max(kRunningMax, timer.period.value_or(Duration(0)))) return std::nullopt;
  Finding made = late_finding(timer, now);
  made.text =
      "its unit has been running for " + span_text(running) + ", and it does not fire meanwhile";
  if (!timer.period) {
    // Only systemd can tell when a calendar would have had it fire again.
    made.judgement = Judgement::NotProved;
    made.text += "; whether it has missed its time is not known";
  }
  made.readings = {
      {Measure::AgeSeconds, std::chrono::duration_cast<std::chrono::seconds>(running).count()}};
  return made;
}

}  // namespace

std::optional<Finding> judge_timer(const Unit& timer, const TimerNow& now) {
  if (timer.sub_state == "waiting") return overdue_finding(timer, now);
  if (timer.sub_state == "running") return held_up_finding(timer, now);
  return std::nullopt;  // elapsed: it was for once
}

}  // namespace mainstay::agent::service
