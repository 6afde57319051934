// Which services use most: one finding for memory, and one for processors where one is busy.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/collect/history/service_figures.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

// Named in each finding.
inline constexpr std::size_t kServicesNamed = 3;
// Hundredths of a percent of one processor. Below it nobody asks who it is; told, it would be
// another one at each look.
inline constexpr std::uint32_t kBusyMin = 1000;

/// Their subject is the largest, so that another one is news; the numbers of the same are as far as
/// they move by points of a percentage. `memory_bytes` is the machine's, 0 if it is not known.
void add_services(const std::vector<ServiceFigures>& services, std::uint64_t memory_bytes,
                  SourceReport& report);

/// Without a history, and until the first minute of one is written: what services hold just now.
std::vector<ServiceFigures> services_now(const std::string& root = "");

}  // namespace mainstay::agent
