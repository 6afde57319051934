#include "agent/collect/resource/disks/disk_findings.h"

#include <algorithm>
#include <optional>

#include "common/core/span_text.h"

namespace mainstay::agent {
namespace {

std::int64_t seconds_of(Duration span) {
  return std::chrono::duration_cast<std::chrono::seconds>(span).count();
}

/// "20-61 d"; two units where the ends lie far apart.
std::string range_text(Duration from, Duration to) {
  const std::string early = span_text(from);
  const std::string late = span_text(to);
  const std::size_t unit = early.find(' ');
  const bool is_same = early.substr(unit) == late.substr(std::min(late.find(' '), late.size()));
  return (is_same ? early.substr(0, unit) : early) + "-" + late;
}

/// Without its closing bracket.
std::string forecast_text(const Trend& trend) {
  const std::string range = trend.full_in_max ? range_text(trend.full_in_min, *trend.full_in_max)
                                              : span_text(trend.full_in_min) + " or later";
  return "full in " + span_text(trend.full_in) + " (" + range;
}

std::string trend_text(const Trend& trend) {
  const std::string from = "from " + span_text(trend.span) + " of history";
  switch (trend.growth) {
    case Growth::NotKnown:
      return trend.span == Duration() ? "no history" : "no trend yet " + from;
    case Growth::None:
      return "not growing (" + from + ")";
    case Growth::Slow:
      return "not full within a year (" + from + ")";
    case Growth::Forecast:
      break;
  }
  return forecast_text(trend) + ", " + from + ")";
}

std::string_view writable_text(Writable writable) {
  switch (writable) {
    case Writable::NotAsAsked:
      return ", read-only though fstab says otherwise";
    case Writable::Failed:
      return ", made read-only by the file system itself";
    case Writable::No:
      return ", read-only";
    case Writable::Yes:
      break;
  }
  return "";
}

void add_readings(const Space& space, const Trend& trend, std::vector<Reading>& readings) {
  const auto add = [&](Measure measure, std::int64_t value) {
    readings.push_back({measure, value});
  };
  add(Measure::UsedPercent, space.used_percent());
  if (space.inodes > 0) add(Measure::InodesUsedPercent, space.inodes_used_percent());
  add(Measure::SizeBytes, static_cast<std::int64_t>(space.size_bytes));
  if (trend.span > Duration()) add(Measure::SpanSeconds, seconds_of(trend.span));
  if (trend.growth != Growth::Forecast) return;
  add(Measure::FullInSeconds, seconds_of(trend.full_in));
  add(Measure::FullInMinSeconds, seconds_of(trend.full_in_min));
  if (trend.full_in_max) add(Measure::FullInMaxSeconds, seconds_of(*trend.full_in_max));
}

/// The one of both that will be full first; of the space if neither will.
const Trend& first_full(const DiskTrends& trends) {
  const Trend& inodes = trends.inodes;
  const bool is_inodes =
      inodes.growth == Growth::Forecast &&
      (trends.space.growth != Growth::Forecast || inodes.full_in < trends.space.full_in);
  return is_inodes ? inodes : trends.space;
}

bool is_soon(const Trend& trend) {
  return trend.growth == Growth::Forecast && trend.full_in < kFullSoon;
}

/// A file system that cannot be written to cannot run full.
bool can_fill(const Mount& mount) {
  return mount.writable == Writable::Yes;
}

}  // namespace

Finding finding_of_disk(const Mount& mount, const Result<Space>& space, const DiskTrends& trends) {
  Finding finding{.topic = Topic::Disk, .subject = mount.path, .text = "", .readings = {}};
  const bool is_broken =
      mount.writable == Writable::NotAsAsked || mount.writable == Writable::Failed;
  if (!space.has_value()) {
    finding.judgement = is_broken ? Judgement::Refuted : Judgement::NotProved;
    finding.text = space.error().detail;
    finding.text += mount.kind == MountKind::Network ? " (" + mount.type + ")" : "";
    finding.text += writable_text(mount.writable);
    return finding;
  }
  const std::uint32_t inodes = space->inodes_used_percent();
  finding.text = std::to_string(space->used_percent()) + " %";
  if (inodes >= kFullPercent) finding.text += ", inodes " + std::to_string(inodes) + " %";
  finding.text += writable_text(mount.writable);
  if (mount.kind == MountKind::Memory) finding.text += ", in memory";
  if (mount.kind == MountKind::Network) finding.text += ", " + mount.type;
  const bool has_trend = mount.kind == MountKind::Disk && can_fill(mount);
  const Trend first = has_trend ? first_full(trends) : Trend();
  if (has_trend) finding.text += ", " + trend_text(trends.space);
  if (has_trend && trends.inodes.growth == Growth::Forecast) {
    finding.text += ", inodes " + forecast_text(trends.inodes) + ")";
  }
  add_readings(*space, first, finding.readings);
  const bool is_full = space->used_percent() >= kFullPercent || inodes >= kFullPercent;
  const bool is_refuted = is_broken || (can_fill(mount) && (is_full || is_soon(first)));
  finding.judgement = is_refuted ? Judgement::Refuted : Judgement::Proved;
  return finding;
}

namespace {

/// A process answers with nothing for what is no storage: settings, documents of a session.
bool has_no_space(const Mount& mount, const Result<Space>& space) {
  return mount.kind == MountKind::Network && space.has_value() && space->size_bytes == 0;
}

/// Every host has half a dozen of them, nearly empty; a person need not read that.
bool is_idle_memory(const Mount& mount, const Result<Space>& space, const Finding& finding) {
  constexpr std::uint32_t kWorthTelling = 80;  // percent
  return mount.kind == MountKind::Memory && finding.judgement == Judgement::Proved &&
         space.has_value() && space->used_percent() < kWorthTelling &&
         space->inodes_used_percent() < kWorthTelling;
}

DiskTrends trends_of(const Mount& mount, const Result<Space>& space,
                     const DiskHistories& histories) {
  DiskTrends trends;
  if (!space.has_value() || mount.kind != MountKind::Disk) return trends;
  trends.space =
      trend_of(levels_of(histories.space, mount.path), space->free_bytes / (1024UL * 1024));
  if (space->inodes > 0) {
    trends.inodes = trend_of(levels_of(histories.inodes, mount.path), space->inodes_free);
  }
  return trends;
}

}  // namespace

void add_disks(const std::vector<Mount>& mounts, const std::vector<Result<Space>>& spaces,
               const DiskHistories& histories, SourceReport& report) {
  std::optional<std::int64_t> inodes_free;
  std::optional<std::int64_t> full_in;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const Mount& mount = mounts[i];
    if (has_no_space(mount, spaces[i])) continue;
    const DiskTrends trends = trends_of(mount, spaces[i], histories);
    Finding finding = finding_of_disk(mount, spaces[i], trends);
    finding.at = report.at;
    if (!is_idle_memory(mount, spaces[i], finding)) report.findings.push_back(std::move(finding));
    // Other machines' disks are those machines' facts.
    if (!spaces[i].has_value() || mount.kind == MountKind::Network || !can_fill(mount)) continue;
    if (spaces[i]->inodes > 0) {
      const std::int64_t free = 100 - std::int64_t{spaces[i]->inodes_used_percent()};
      inodes_free = std::min(inodes_free.value_or(free), free);
    }
    if (const Trend& first = first_full(trends); first.growth == Growth::Forecast) {
      full_in = std::min(full_in.value_or(INT64_MAX), seconds_of(first.full_in));
    }
  }
  if (inodes_free) report.facts.push_back({Fact::DiskInodesFreePercent, *inodes_free});
  if (full_in) report.facts.push_back({Fact::DiskFullIn, *full_in});
}

}  // namespace mainstay::agent
