#include "agent/collect/service/unit_judge.h"

#include <algorithm>

#include "common/core/span_text.h"

namespace mainstay::agent::service {
namespace {

// Fewer than three restarts are an accident. How long a unit has to stay up after them before it
// counts as well again grows with their number: 20 minutes each is what a unit takes that fails
// three times an hour. A day without a failure forgets all of them.
constexpr std::int64_t kFlapRestarts = 3;
constexpr Duration kFlapQuietEach = std::chrono::minutes(20);
constexpr Duration kFlapQuietMax = std::chrono::hours(24);

Duration quiet_needed(std::int64_t restarts) {
  const std::int64_t most = kFlapQuietMax / kFlapQuietEach;
  return kFlapQuietEach * std::min(restarts, most);
}

Finding unit_finding(const Unit& unit, Judgement judgement, WallTime now) {
  Finding made;
  made.topic = Topic::Service;
  made.judgement = judgement;
  made.subject = unit.id;
  made.at = now;
  return made;
}

std::int64_t seconds_since(std::optional<WallTime> since, WallTime now) {
  if (!since || *since > now) return 0;
  return std::chrono::duration_cast<std::chrono::seconds>(now - *since).count();
}

Finding failed_finding(const Unit& unit, WallTime now) {
  Finding made = unit_finding(unit, Judgement::Refuted, now);
  made.text = "failed";
  if (unit.changed) made.text += " since " + utc_text(*unit.changed);
  if (!unit.result.empty() && unit.result != "success") made.text += ": " + unit.result;
  if (unit.exit_status != 0) made.text += ", status " + std::to_string(unit.exit_status);
  if (unit.restarts > 0) {
    made.text += ", restarted " + count_text(unit.restarts) + " times before";
  }
  made.readings = {{Measure::AgeSeconds, seconds_since(unit.changed, now)},
                   {Measure::Count, unit.restarts}};
  return made;
}

std::optional<Finding> flapping_finding(const Unit& unit, WallTime now) {
  if (unit.restarts < kFlapRestarts) return std::nullopt;
  const bool is_up = unit.active_state == "active" && unit.active_since;
  const Duration up = is_up ? now - *unit.active_since : Duration(0);
  if (up >= quiet_needed(unit.restarts)) return std::nullopt;
  Finding made = unit_finding(unit, Judgement::Refuted, now);
  made.text = "flapping: restarted " + count_text(unit.restarts) + " times, " +
              (is_up ? "up for " + span_text(up) : "now " + unit.sub_state);
  if (!unit.result.empty() && unit.result != "success") made.text += "; last " + unit.result;
  made.readings = {{Measure::Count, unit.restarts},
                   {Measure::AgeSeconds, seconds_since(unit.active_since, now)}};
  return made;
}

}  // namespace

UnitFindings judge_units(const std::vector<Unit>& units, const TimerNow& now) {
  UnitFindings made;
  std::int64_t loaded = 0;
  std::int64_t timers = 0;
  std::int64_t timers_bad = 0;
  for (const Unit& unit : units) {
    // A unit whose file is gone fails all the same, as long as it is remembered.
    if (unit.active_state == "failed") {
      ++made.failed;
      made.findings.push_back(failed_finding(unit, now.wall));
    }
    if (unit.load_state != "loaded") continue;
    ++loaded;
    if (unit.active_state == "failed") continue;
    if (auto flapping = flapping_finding(unit, now.wall)) {
      made.findings.push_back(std::move(*flapping));
    }
    if (!unit.id.ends_with(".timer") || unit.active_state != "active") continue;
    ++timers;
    if (auto late = judge_timer(unit, now)) {
      ++timers_bad;
      made.findings.push_back(std::move(*late));
    }
  }
  if (made.failed > 0) return made;
  Finding rest;
  rest.topic = Topic::Service;
  rest.judgement = Judgement::Proved;
  rest.subject = "units";
  rest.at = now.wall;
  rest.text = "none of " + count_text(loaded) + " failed";
  if (timers_bad == 0 && timers > 0) {
    rest.text += ", none of " + count_text(timers) + " timers is late";
  }
  rest.readings = {{Measure::Count, loaded}};
  made.findings.push_back(std::move(rest));
  return made;
}

}  // namespace mainstay::agent::service
