// What the centre is told: changes only. Whoever misses a message sees a gap in the sequence and
// asks for everything; so nothing is kept for a centre that is away, and nothing grows.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "agent/core/machine.h"

namespace mainstay::agent {
namespace {

using Known = std::array<std::optional<std::int64_t>, kFactCount>;

Known known_of(const AgentState& state, Now now) {
  Known known;
  for (const auto& reading : facts_now(state, now)) {
    known[std::to_underlying(reading.fact)] = reading.value;
  }
  return known;
}

bool moves(std::size_t place) {
  const Motion motion = motion_of(static_cast<Fact>(place));
  return motion == Motion::Grows || motion == Motion::Falls;
}

/// What the centre reckons this fact to be now, from what it was told.
std::int64_t reckoned(std::int64_t told, Motion motion, Duration since) {
  const std::int64_t seconds = since.count() / 1000;
  if (motion == Motion::Grows) return told + seconds;
  return motion == Motion::Falls ? told - seconds : told;
}

bool is_news(const Turn& turn, std::size_t place, std::int64_t value) {
  const Telling& telling = turn.state.telling;
  const auto& told = telling.facts[place];
  if (!told) return true;
  const Motion motion = motion_of(static_cast<Fact>(place));
  const std::int64_t off =
      std::abs(value - reckoned(*told, motion, turn.now.mono - telling.motion_at));
  switch (motion) {
    case Motion::Still:
      return off != 0;
    case Motion::Noisy:
      return off >= turn.limits.noise_max;
    case Motion::Grows:
    case Motion::Falls:
      break;
  }
  const std::int64_t error_max = turn.limits.motion_error_max.count() / 1000;
  return off > std::max(error_max, std::abs(value) / 50);
}

void add_source_facts(const Watch& watch, Now now, std::vector<FactReading>& facts) {
  const std::int64_t since = (now.mono - watch.looked_mono).count() / 1000;
  for (FactReading reading : watch.report.facts) {
    const Motion motion = motion_of(reading.fact);
    if (motion == Motion::Grows) reading.value += since;
    if (motion == Motion::Falls) reading.value -= since;
    facts.push_back(reading);
  }
}

}  // namespace

std::vector<FactReading> facts_now(const AgentState& state, Now now) {
  const Agenda& agenda = state.agenda;
  std::vector<FactReading> facts;
  for (const auto& reading : agenda.facts) {
    if (reading.fact == Fact::ExecutorPresent || reading.fact == Fact::UptimeSeconds) continue;
    facts.push_back(reading);
    if (reading.fact == Fact::PatchListsAge) {
      // Lists grow old between two looks.
      facts.back().value += (now.mono - agenda.looked_mono).count() / 1000;
    }
  }
  for (const Watch& watch : state.watches) {
    if (watch.looked) add_source_facts(watch, now, facts);
  }
  facts.push_back({.fact = Fact::ExecutorPresent, .value = has_executor(state.relay) ? 1 : 0});
  // CLOCK_BOOTTIME is the uptime.
  facts.push_back({.fact = Fact::UptimeSeconds, .value = to_ms(now.mono) / 1000});
  return facts;
}

void tell_facts(Turn& turn, Report& report) {
  Telling& telling = turn.state.telling;
  const Known known = known_of(turn.state, turn.now);
  report.is_whole = std::exchange(telling.all, false);
  // Also now and then for the clock of the centre, which may have been set meanwhile.
  bool moved =
      report.is_whole || turn.now.mono - telling.motion_at >= turn.limits.findings_interval;
  for (std::size_t place = 0; place < kFactCount; ++place) {
    if (moves(place) && known[place] && is_news(turn, place, *known[place])) moved = true;
  }
  for (std::size_t place = 0; place < kFactCount; ++place) {
    const auto fact = static_cast<Fact>(place);
    if (!known[place]) {
      if (telling.facts[place] && !report.is_whole) report.lost.push_back(fact);
      telling.facts[place].reset();
      continue;
    }
    // Those that move are told together, since the centre keeps one time for them.
    const bool due = moves(place) ? moved : report.is_whole || is_news(turn, place, *known[place]);
    if (!due) continue;
    report.facts.push_back({.fact = fact, .value = *known[place]});
    telling.facts[place] = known[place];
  }
  if (moved) telling.motion_at = turn.now.mono;
  tell_packages(turn, report);
  // One that tells nothing is no message that could be missed.
  if (tells_something(report)) telling.sequence += 1;
  report.sequence = telling.sequence;
}

void tell_findings(Turn& turn) {
  if (!heard(turn)) return;
  for (std::size_t place = 0; place < kSourceCount; ++place) {
    Watch& watch = turn.state.watches[place];
    if (!watch.untold) continue;
    // The centre asks for everything when it sees a gap, perhaps just after it heard of this one.
    const Instant soonest = watch.told_at + turn.limits.findings_spacing;
    if (watch.told_at != Instant{} && turn.now.mono < soonest) {
      Instant& report_at = turn.state.agenda.report_at;
      report_at = std::min(report_at, soonest);
      continue;
    }
    watch.untold = false;
    watch.told_at = turn.now.mono;
    watch.told = watch.report;
    watch.told_mono = watch.looked_mono;
    turn.state.telling.sequence += 1;
    send(turn, FindingsMessage{.sequence = turn.state.telling.sequence,
                               .source = static_cast<Source>(place),
                               .at = watch.report.at,
                               .findings = watch.report.findings,
                               .omitted = watch.report.omitted});
  }
}

void tell_all(Turn& turn) {
  turn.state.telling.all = true;
  for (std::size_t place = 0; place < kSourceCount; ++place) {
    Watch& watch = turn.state.watches[place];
    // The centre may remember one that is looked at no more; of one whose first look is still to
    // come, what it remembers is the best there is.
    const bool is_over = turn.limits.sources[place].interval <= Duration::zero();
    if (watch.looked || is_over) watch.untold = true;
  }
}

}  // namespace mainstay::agent
