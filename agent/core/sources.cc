// When each source of findings is looked at, by whom, and what becomes of one that fails.
#include <algorithm>
#include <tuple>
#include <utility>

#include "agent/core/machine.h"

namespace mainstay::agent {
namespace {

/// Numbers that change by themselves while nothing happens.
bool is_age(Measure measure) {
  static constexpr std::array kAges = {Measure::AgeSeconds,       Measure::CheckAgeSeconds,
                                       Measure::ProofAgeSeconds,  Measure::FullInSeconds,
                                       Measure::FullInMinSeconds, Measure::FullInMaxSeconds,
                                       Measure::SpanSeconds};
  return std::ranges::find(kAges, measure) != kAges.end();
}

bool same_finding(const Finding& left, const Finding& right) {
  if (std::tie(left.topic, left.judgement, left.subject, left.text) !=
      std::tie(right.topic, right.judgement, right.subject, right.text)) {
    return false;
  }
  if (left.readings.size() != right.readings.size()) return false;
  for (std::size_t i = 0; i < left.readings.size(); ++i) {
    if (left.readings[i].measure != right.readings[i].measure) return false;
    if (!is_age(left.readings[i].measure) && left.readings[i] != right.readings[i]) return false;
  }
  return true;
}

bool same_findings(const SourceReport& left, const SourceReport& right) {
  return left.omitted == right.omitted &&
         std::ranges::equal(left.findings, right.findings, same_finding);
}

const SourceLimits& limits_of(const Turn& turn, Source source) {
  return turn.limits.sources[std::to_underlying(source)];
}

void start_look_at(Turn& turn, Source source) {
  Watch& watch = turn.state.watches[std::to_underlying(source)];
  const SourceLimits& limits = limits_of(turn, source);
  watch.look_at = kNever;
  watch.by_root = limits.asks_root && reach_executor(turn, AskProbe{source});
  // An executor that rests has to wake first; a helper is ended by the shell a little earlier.
  watch.look_until = turn.now.mono + limits.time_max + turn.limits.wake_time_max;
  if (!watch.by_root) {
    turn.out.commands.emplace_back(LookAt{.source = source, .time_max = limits.time_max});
  }
}

void keep(Turn& turn, Watch& watch, SourceReport report) {
  tidy(report);
  if (report.facts.size() > kFactCount) report.facts.resize(kFactCount);
  const bool is_old = turn.now.mono - watch.told_at >= turn.limits.findings_interval;
  const bool is_news = !watch.looked || is_old || !same_findings(report, watch.report);
  watch.looked = true;
  watch.looked_mono = turn.now.mono;
  watch.report = std::move(report);
  if (!is_news) return;
  watch.untold = true;
  want_report(turn);
}

/// What was known stays, with its time; that it could not be looked at is a finding of its own.
void note_failure(Turn& turn, Watch& watch, Source source, const std::string& why) {
  SourceReport report = watch.report;
  report.source = source;
  std::erase_if(report.findings, [](const Finding& f) { return f.topic == Topic::Source; });
  if (!watch.looked) report.at = turn.now.wall;
  report.facts.clear();  // nothing is known any more that selectors may go by
  report.findings.push_back({.topic = Topic::Source,
                             .judgement = Judgement::NotProved,
                             .subject = std::string(name_of(source)),
                             .text = why,
                             .at = turn.now.wall,
                             .readings = {}});
  keep(turn, watch, std::move(report));
}

void end_failed(Turn& turn, Source source, const std::string& why, bool is_overrun) {
  Watch& watch = turn.state.watches[std::to_underlying(source)];
  const SourceLimits& limits = limits_of(turn, source);
  watch.look_until = kNever;
  watch.by_root = false;
  watch.failures = std::min(watch.failures + 1, 16U);
  watch.overruns = is_overrun ? watch.overruns + 1 : 0;
  const Duration retry = turn.limits.source_retry * (std::int64_t{1} << (watch.failures - 1));
  watch.look_at = turn.now.mono + std::min(limits.interval, retry);
  std::string text = why;
  if (watch.overruns >= turn.limits.overruns_max) {
    watch.overruns = 0;
    watch.look_at = turn.now.mono + turn.limits.source_rest;
    text += "; it rests for a day";
  }
  note_failure(turn, watch, source, text);
}

}  // namespace

void begin_sources(Turn& turn) {
  for (std::size_t place = 0; place < kSourceCount; ++place) {
    const Duration interval = turn.limits.sources[place].interval;
    if (interval <= Duration::zero()) continue;
    const auto spread = std::min(interval, turn.limits.source_spread).count();
    const auto wait = turn.rng.below(static_cast<std::uint64_t>(spread));
    turn.state.watches[place].look_at = turn.now.mono + Duration(static_cast<std::int64_t>(wait));
  }
}

void run_sources(Turn& turn) {
  for (std::size_t place = 0; place < kSourceCount; ++place) {
    const auto source = static_cast<Source>(place);
    const Watch& watch = turn.state.watches[place];
    if (turn.now.mono >= watch.look_until) end_failed(turn, source, "took too long", true);
    if (turn.now.mono >= watch.look_at) start_look_at(turn, source);
  }
}

void forget_probes(Turn& turn) {
  for (std::size_t place = 0; place < kSourceCount; ++place) {
    Watch& watch = turn.state.watches[place];
    if (!watch.by_root) continue;
    watch.by_root = false;
    turn.out.commands.emplace_back(LookAt{.source = static_cast<Source>(place),
                                          .time_max = turn.limits.sources[place].time_max});
  }
}

void on(Turn& turn, const SourceLooked& event) {
  Watch& watch = turn.state.watches[std::to_underlying(event.source)];
  if (watch.look_until == kNever) return;  // given up before
  if (!event.failure.empty()) {
    end_failed(turn, event.source, event.failure, event.is_overrun);
  } else {
    watch.look_until = kNever;
    watch.by_root = false;
    watch.failures = 0;
    watch.overruns = 0;
    watch.look_at = turn.now.mono + limits_of(turn, event.source).interval;
    SourceReport report = event.report.value_or(SourceReport{});
    report.source = event.source;
    // Nothing to look at here: the centre shall not take it for a host where all is well.
    if (report.findings.empty() && report.facts.empty()) report.at = {};
    keep(turn, watch, std::move(report));
  }
  run_agenda(turn);
}

}  // namespace mainstay::agent
