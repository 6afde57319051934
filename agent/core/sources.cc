// When each source of findings is looked at, by whom, and what becomes of one that fails.
#include <algorithm>
#include <utility>

#include "agent/core/machine.h"
#include "agent/core/same_findings.h"
#include "common/core/span_text.h"
#include "common/plan/package_list.h"

namespace mainstay::agent {
namespace {

/// No host has more of anything, and sums of it do not overflow.
void bound(SourceReport& report) {
  constexpr std::int64_t kMost = std::int64_t{1} << 53U;
  if (report.facts.size() > kFactCount) report.facts.resize(kFactCount);
  for (FactReading& reading : report.facts)
    reading.value = std::clamp(reading.value, -kMost, kMost);
  for (Finding& finding : report.findings) {
    for (Reading& reading : finding.readings) {
      reading.value = std::clamp(reading.value, -kMost, kMost);
    }
  }
}

const SourceLimits& limits_of(const Turn& turn, Source source) {
  return turn.limits.sources[std::to_underlying(source)];
}

void start_look_at(Turn& turn, Source source) {
  Watch& watch = turn.state.watches[std::to_underlying(source)];
  const SourceLimits& limits = limits_of(turn, source);
  // The executor looks at one source at a time, and the time of a look runs from here.
  const bool is_busy = std::ranges::any_of(turn.state.watches, &Watch::by_root);
  const bool asks_root = limits.asks_root && turn.now.mono >= watch.ask_root_at;
  if (asks_root && is_busy && has_executor(turn.state.relay)) {
    watch.look_at = turn.now.mono + turn.limits.probe_pause;
    return;
  }
  watch.look_at = kNever;
  watch.by_root = asks_root && reach_executor(turn, AskProbe{source});
  // An executor that rests has to wake first; a helper is ended by the shell a little earlier.
  watch.look_until = turn.now.mono + limits.time_max + turn.limits.wake_time_max;
  if (!watch.by_root) {
    turn.out.commands.emplace_back(LookAt{.source = source, .time_max = limits.time_max});
  }
}

void keep(Turn& turn, Watch& watch, SourceReport report) {
  tidy(report);
  bound(report);
  const Duration since = turn.now.mono - watch.told_at;
  const bool is_news = !watch.looked || since >= turn.limits.findings_interval ||
                       !same_findings(report, watch.told, turn.now.mono - watch.told_mono);
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
  if (source == Source::Patch) keep_packages(turn, {});
  report.findings.push_back({.topic = Topic::Source,
                             .judgement = Judgement::NotProved,
                             .subject = std::string(name_of(source)),
                             .text = why,
                             .at = turn.now.wall,
                             .readings = {}});
  keep(turn, watch, std::move(report));
}

/// By the clock as it is: if that is set meanwhile the rest is as long, for it counts the time that
/// passes, and the span says so.
std::string rest_text(const Turn& turn) {
  const Duration rest = turn.limits.source_rest;
  return "; after " + std::to_string(turn.limits.overruns_max) + " in a row it rests for " +
         span_text(rest) + ", until " + utc_text(turn.now.wall + rest) +
         " or a new start of the agent";
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
    text += rest_text(turn);
  }
  note_failure(turn, watch, source, text);
}

}  // namespace

void begin_sources(Turn& turn) {
  for (std::size_t place = 0; place < kSourceCount; ++place) {
    const Duration interval = turn.limits.sources[place].interval;
    if (interval <= Duration::zero()) {
      turn.state.watches[place].untold = true;  // the centre may remember it
      continue;
    }
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
    const Watch& watch = turn.state.watches[place];
    if (watch.by_root) look_without_root(turn, static_cast<Source>(place));
  }
}

void ask_probes_again(Turn& turn) {
  for (std::size_t place = 0; place < kSourceCount; ++place) {
    if (!turn.state.watches[place].by_root) continue;
    reach_executor(turn, AskProbe{static_cast<Source>(place)});
  }
}

void note_refusal(Turn& turn, Source source) {
  Watch& watch = turn.state.watches[std::to_underlying(source)];
  if (!watch.by_root) return;
  watch.refusals = std::min(watch.refusals + 1, turn.limits.probe_refusals_max);
  if (watch.refusals == turn.limits.probe_refusals_max) {
    watch.ask_root_at = turn.now.mono + turn.limits.probe_refused_time;
  }
  look_without_root(turn, source);
}

void forget_refusals(Turn& turn) {
  for (Watch& watch : turn.state.watches) {
    watch.refusals = 0;
    watch.ask_root_at = {};
  }
}

void look_without_root(Turn& turn, Source source) {
  Watch& watch = turn.state.watches[std::to_underlying(source)];
  const Duration time_max = limits_of(turn, source).time_max;
  watch.by_root = false;
  watch.look_until = turn.now.mono + time_max + turn.limits.wake_time_max;
  turn.out.commands.emplace_back(LookAt{.source = source, .time_max = time_max});
}

void on(Turn& turn, const SourceLooked& event) {
  Watch& watch = turn.state.watches[std::to_underlying(event.source)];
  if (watch.look_until == kNever) return;  // given up before
  if (!event.failure.empty()) {
    end_failed(turn, event.source, event.failure, event.is_overrun);
  } else {
    watch.look_until = kNever;
    if (std::exchange(watch.by_root, false)) watch.refusals = 0;
    watch.failures = 0;
    watch.overruns = 0;
    watch.look_at = turn.now.mono + limits_of(turn, event.source).interval;
    SourceReport report = event.report.value_or(SourceReport{});
    report.source = event.source;
    // Kept once, apart: what was told of a report is kept, too, to compare with.
    std::string packages = std::exchange(report.packages, {});
    if (packages.size() > kPackageListBytesMax) packages.clear();
    if (event.source == Source::Patch) keep_packages(turn, std::move(packages));
    // Nothing to look at here: the centre shall not take it for a host where all is well.
    if (report.findings.empty() && report.facts.empty()) report.at = {};
    keep(turn, watch, std::move(report));
  }
  run_agenda(turn);
}

}  // namespace mainstay::agent
