#include "agent/collect/resource/disks/service_findings.h"

#include <utility>

#include "agent/collect/resource/service_groups.h"
#include "common/core/span_text.h"

namespace mainstay::agent {
namespace {

constexpr std::uint64_t kMib = 1024UL * 1024;
// Systemd's own names are short; a hostile one must not push the others out.
constexpr std::size_t kNameShown = 40;

std::string memory_text(std::uint32_t mib) {
  return size_text(mib * kMib);
}

std::string cpu_text(std::uint32_t hundredths) {
  return std::to_string(hundredths / 100) + " %";
}

using Text = std::string (*)(std::uint32_t value);

/// "98 % of a processor now, 99 % in the last hour, at most 100 % in a day; then b.service 3 %".
std::string text_of(const std::vector<ServiceFigures>& largest, ServiceFigureOf which, Text text) {
  const ServiceFigure& first = largest.front().*which;
  std::string line = first.now == kNoValue ? "not running now" : text(first.now) + " now";
  if (first.hour_p95 != kNoValue) line += ", p95 of an hour " + text(first.hour_p95);
  if (first.day_max != kNoValue) line += ", at most " + text(first.day_max) + " within a day";
  for (std::size_t i = 1; i < largest.size(); ++i) {
    line += (i == 1 ? "; then " : ", ") + largest[i].unit.substr(0, kNameShown) + " " +
            text(rank_of(largest[i].*which));
  }
  return line;
}

Finding finding_of(Topic topic, const ServiceFigures& first, const SourceReport& report) {
  return {.topic = topic,
          .judgement = Judgement::Proved,
          .subject = first.unit,
          .text = "",
          .at = report.at,
          .readings = {}};
}

}  // namespace

void add_services(const std::vector<ServiceFigures>& services, std::uint64_t memory_bytes,
                  SourceReport& report) {
  const auto large = largest_of(services, &ServiceFigures::memory_mib, kServicesNamed);
  if (!large.empty()) {
    Finding finding = finding_of(Topic::Memory, large.front(), report);
    finding.text = text_of(large, &ServiceFigures::memory_mib, memory_text);
    if (memory_bytes > 0) {
      const std::uint64_t used = rank_of(large.front().memory_mib) * kMib;
      finding.readings = {
          {Measure::UsedPercent, static_cast<std::int64_t>(used / (memory_bytes / 100 + 1))}};
    }
    report.findings.push_back(std::move(finding));
  }
  const auto busy = largest_of(services, &ServiceFigures::cpu, kServicesNamed);
  if (busy.empty() || rank_of(busy.front().cpu) < kBusyMin) return;
  Finding finding = finding_of(Topic::Machine, busy.front(), report);
  finding.text = "of a processor: " + text_of(busy, &ServiceFigures::cpu, cpu_text);
  finding.readings = {{Measure::UsedPercent, rank_of(busy.front().cpu) / 100}};
  report.findings.push_back(std::move(finding));
}

std::vector<ServiceFigures> services_now(const std::string& root) {
  std::vector<ServiceFigures> services;
  for (ServiceReading& reading : ServiceGroups(root).read().services) {
    ServiceFigures figures{.unit = std::move(reading.unit), .memory_mib = {}, .cpu = {}};
    if (reading.memory_bytes) figures.memory_mib.now = stored_value(*reading.memory_bytes / kMib);
    services.push_back(std::move(figures));
  }
  return services;
}

}  // namespace mainstay::agent
