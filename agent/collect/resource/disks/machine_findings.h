// What is said of the machine itself: memory, clock, processors, on what it runs.
#pragma once

#include <optional>
#include <string>

#include "agent/collect/resource/clock_state.h"
#include "agent/collect/resource/load.h"
#include "agent/collect/resource/memory_state.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

// Below it a host swaps or ends processes: the kernel's estimate has no reserve in it.
inline constexpr std::int64_t kMemoryAvailablePercentMin = 5;

struct Machine {
  std::optional<MemoryState> memory;
  std::optional<Load> load;
  ClockReading clock;
  std::int64_t cpus = 0;
  std::string virtualisation;
};

/// By the kernel of this host, or files below a root in tests; the clock and the number of
/// processors are always this host's.
Machine read_machine(const std::string& root = "");

/// Findings and facts.
void add_machine(const Machine& machine, SourceReport& report);

}  // namespace mainstay::agent
