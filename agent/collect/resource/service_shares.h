// From what services used since they began to what they use now: two readings, one after another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/collect/resource/service_groups.h"
#include "common/core/time.h"

namespace mainstay::agent {

struct ServiceLoad {
  std::string unit;
  std::optional<std::uint64_t> memory_bytes;
  // Hundredths of a percent of one processor, since the reading before; not in the first.
  std::optional<std::uint32_t> cpu;
  bool operator==(const ServiceLoad&) const = default;
};

class ServiceShares {
 public:
  /// One that was started between the two, or whose counter went back, used all that it has since.
  std::vector<ServiceLoad> since_before(ServiceReadings readings, Instant now);

 private:
  struct Counter {
    std::uint64_t group = 0;
    std::optional<std::uint64_t> cpu_us;  // nothing: could not be told
  };
  std::optional<std::uint32_t> share_of(const ServiceReading& reading, Duration elapsed) const;

  std::vector<Counter> before_;  // by group
  bool knows_all_ = false;       // who is not in it was not there
  Instant at_{};
};

}  // namespace mainstay::agent
