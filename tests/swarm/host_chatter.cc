// A host in which something changes at every look: each tells the centre a KiB of findings. Some
// leave a number of their sequence out, once; the centre answers a gap at once, which is timed.
#include <array>
#include <string>
#include <utility>

#include "tests/swarm/host.h"

namespace mainstay::swarm {
namespace {

constexpr Source kChattering = Source::Service;
constexpr Duration kInterval = std::chrono::seconds(10);
// Once in a host's life, since the centre asks one host for everything at most each 30 s.
constexpr std::uint64_t kGapRound = 5;
constexpr std::uint32_t kGapsPerMille = 64;
constexpr std::array kUnits = {"postgresql@15-main.service", "orders-archive.timer",
                               "nightly-report.service", "haproxy-reload.service"};

/// One that changed and three that stand beside it make a frame of a KiB.
std::vector<Finding> findings_of(std::uint64_t round, WallTime now) {
  std::vector<Finding> findings;
  for (const auto* unit : kUnits) {
    const bool changed = findings.empty();
    findings.push_back(
        {.topic = Topic::Service,
         .judgement = changed ? Judgement::Refuted : Judgement::Proved,
         .subject = unit,
         .text = "started again " + std::to_string(changed ? 100'000 + round : 100'000) +
                 " times since it was looked at, last by its own failure: exit-code, status 1, "
                 "no core; it came back by itself within 30 s",
         .at = now,
         .readings = {{.measure = Measure::Count, .value = 3}}});
  }
  return findings;
}

}  // namespace

void chatter(Fleet& fleet) {
  fleet.agent_limits.sources[std::to_underlying(kChattering)].interval = kInterval;
  // Findings bring a report with them; another between two of them would be one too many.
  fleet.agent_limits.report_interval = kInterval + std::chrono::seconds(1);
}

void Host::chatter() {
  auto& watch = agent_.watches[std::to_underlying(kChattering)];
  const auto wait = fleet_.rng.below(static_cast<std::uint64_t>(kInterval.count()));
  watch.look_at = fleet_.reactor.now().mono + Duration(static_cast<std::int64_t>(wait));
  fleet_.reactor.arm(*this, watch.look_at);
  rounds_ = fleet_.rng.below(kGapRound - 1);
}

void Host::run(const agent::LookAt& command) {
  std::optional<SourceReport> report;
  if (command.source == kChattering) {
    const WallTime now = fleet_.reactor.now().wall;
    report = SourceReport{
        .source = kChattering, .at = now, .facts = {}, .findings = findings_of(++rounds_, now)};
    if (rounds_ == kGapRound && fleet_.rng.chance(kGapsPerMille)) {
      agent_.telling.sequence += 1;
      gap_ = true;
    }
  } else if (command.source == Source::Patch) {
    report = packages_report();
  }
  feed(agent::SourceLooked{.source = command.source, .report = std::move(report), .failure = {}});
}

void Host::note_sent(const HostMessage& message, std::size_t bytes) {
  if (std::exchange(gap_, false)) gap_at_ = Latencies::Clock::now();
  if (std::holds_alternative<PackagesMessage>(message)) fleet_.counts.lists += 1;
  const auto* telling = std::get_if<FindingsMessage>(&message);
  if (telling == nullptr || telling->findings.empty()) return;
  fleet_.counts.tellings += 1;
  fleet_.counts.telling_bytes += bytes;
}

void Host::note_heard(const HostOrder& order) {
  if (!gap_at_ || !std::holds_alternative<TellAll>(order)) return;
  fleet_.latencies.add(*gap_at_);
  gap_at_.reset();
}

}  // namespace mainstay::swarm
