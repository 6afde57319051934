#include "agent/collect/resource/service_shares.h"

#include <algorithm>
#include <utility>

namespace mainstay::agent {

std::optional<std::uint32_t> ServiceShares::share_of(const ServiceReading& reading,
                                                     Duration elapsed) const {
  if (!reading.cpu_us || elapsed <= Duration::zero()) return std::nullopt;
  std::uint64_t used_us = *reading.cpu_us;
  const auto before = std::ranges::lower_bound(before_, reading.group, {}, &Counter::group);
  if (before != before_.end() && before->group == reading.group) {
    if (!before->cpu_us) return std::nullopt;
    if (*before->cpu_us <= used_us) used_us -= *before->cpu_us;
  } else if (!knows_all_) {
    return std::nullopt;
  }
  // used_us / elapsed_us * 10,000. Divided first where the product would not fit.
  const auto elapsed_ms = static_cast<std::uint64_t>(elapsed.count());
  const std::uint64_t share =
      used_us > UINT64_MAX / 10 ? used_us / elapsed_ms : used_us * 10 / elapsed_ms;
  constexpr std::uint64_t kMost = UINT32_MAX - 1;
  return static_cast<std::uint32_t>(std::min(share, kMost));
}

std::vector<ServiceLoad> ServiceShares::since_before(ServiceReadings readings, Instant now) {
  std::vector<ServiceLoad> loads;
  loads.reserve(readings.services.size());
  std::vector<Counter> counters;
  counters.reserve(readings.services.size());
  for (ServiceReading& reading : readings.services) {
    counters.push_back({.group = reading.group, .cpu_us = reading.cpu_us});
    const auto share = share_of(reading, now - at_);
    loads.push_back(
        {.unit = std::move(reading.unit), .memory_bytes = reading.memory_bytes, .cpu = share});
  }
  std::ranges::sort(counters, {}, &Counter::group);
  before_ = std::move(counters);
  knows_all_ = !readings.is_cut;
  at_ = now;
  return loads;
}

}  // namespace mainstay::agent
