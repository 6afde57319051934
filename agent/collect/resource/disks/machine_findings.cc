#include "agent/collect/resource/disks/machine_findings.h"

#include <algorithm>

#include <unistd.h>

#include "agent/collect/resource/disks/virtualisation.h"
#include "common/core/bytes.h"
#include "common/core/span_text.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

template <class T>
std::optional<T> read_by(Result<T> (*read)(std::string_view), const std::string& path) {
  const auto bytes = loop::read_file(path, 64UL * 1024);
  if (!bytes.has_value()) return std::nullopt;
  auto value = read(as_text(*bytes));
  return value.has_value() ? std::optional(*value) : std::nullopt;
}

Finding finding_of(Topic topic, std::string subject, const SourceReport& report) {
  return {.topic = topic,
          .judgement = Judgement::Proved,
          .subject = std::move(subject),
          .text = "",
          .at = report.at,
          .readings = {}};
}

void add_memory(const MemoryState& memory, SourceReport& report) {
  // Divided first: a hundred times the bytes of a large machine still fits, of a mad one it does
  // not.
  const auto percent =
      static_cast<std::int64_t>(memory.available_bytes / (memory.total_bytes / 100 + 1));
  Finding finding = finding_of(Topic::Memory, "memory", report);
  finding.text =
      size_text(memory.available_bytes) + " of " + size_text(memory.total_bytes) + " available";
  if (memory.swap_total_bytes > 0) {
    finding.text += ", " + size_text(memory.swap_used_bytes()) + " of " +
                    size_text(memory.swap_total_bytes) + " swap used";
  }
  if (percent < kMemoryAvailablePercentMin) finding.judgement = Judgement::Refuted;
  finding.readings = {{Measure::UsedPercent, 100 - percent},
                      {Measure::SizeBytes, static_cast<std::int64_t>(memory.total_bytes)}};
  report.findings.push_back(std::move(finding));
  report.facts.push_back({Fact::MemoryAvailablePercent, percent});
  report.facts.push_back({Fact::MemoryTotal, static_cast<std::int64_t>(memory.total_bytes)});
}

void add_clock(const ClockReading& clock, SourceReport& report) {
  Finding finding = finding_of(Topic::Clock, "clock", report);
  switch (clock.state) {
    case ClockState::NotKnown:
      finding.judgement = Judgement::NotProved;
      finding.text = "the kernel does not tell whether somebody keeps it right";
      break;
    case ClockState::NotSynchronised:
      finding.judgement = Judgement::Refuted;
      finding.text = "not synchronised";
      break;
    case ClockState::Synchronised:
      finding.text =
          "synchronised, off by at most " + std::to_string(clock.error_max_us / 1000) + " ms";
      break;
  }
  report.findings.push_back(std::move(finding));
  if (clock.state == ClockState::NotKnown) return;
  report.facts.push_back(
      {Fact::ClockSynchronised, clock.state == ClockState::Synchronised ? 1 : 0});
}

void add_hardware(const Machine& machine, SourceReport& report) {
  Finding finding = finding_of(Topic::Machine, "machine", report);
  finding.text = count_text(machine.cpus) + (machine.cpus == 1 ? " processor" : " processors");
  if (machine.memory) finding.text += ", " + size_text(machine.memory->total_bytes);
  if (!machine.virtualisation.empty()) finding.text += ", " + machine.virtualisation;
  finding.readings = {{Measure::Count, machine.cpus}};
  if (machine.load && machine.cpus > 0) {
    const std::int64_t percent = std::int64_t{machine.load->minute} / machine.cpus;
    finding.text += ", load " + std::to_string(percent) + " % of the last minute";
    report.facts.push_back({Fact::CpuLoadPercent, percent});
  }
  report.findings.push_back(std::move(finding));
  if (machine.cpus > 0) report.facts.push_back({Fact::CpuCount, machine.cpus});
}

}  // namespace

Machine read_machine(const std::string& root) {
  Machine machine;
  machine.memory = read_by(read_memory, root + "/proc/meminfo");
  machine.load = read_by(read_load, root + "/proc/loadavg");
  machine.clock = read_clock();
  machine.cpus = std::max(0L, ::sysconf(_SC_NPROCESSORS_ONLN));
  machine.virtualisation = virtualisation_of(root);
  return machine;
}

void add_machine(const Machine& machine, SourceReport& report) {
  if (machine.memory) {
    add_memory(*machine.memory, report);
  } else {
    Finding finding = finding_of(Topic::Memory, "memory", report);
    finding.judgement = Judgement::NotProved;
    finding.text = "/proc/meminfo is not understood";
    report.findings.push_back(std::move(finding));
  }
  add_clock(machine.clock, report);
  add_hardware(machine, report);
}

}  // namespace mainstay::agent
