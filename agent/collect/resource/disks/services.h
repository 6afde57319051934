// What each service uses, from the control groups that systemd makes: version 2, version 1, or the
// mixture of both.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mainstay::agent {

struct ServiceUse {
  std::string unit;
  std::uint64_t memory_bytes = 0;  // with its share of the page cache, as the kernel counts it
  std::uint64_t cpu_us = 0;        // since it was started
  bool operator==(const ServiceUse&) const = default;
};

inline constexpr std::size_t kServicesMax = 1024;

/// Services of system.slice, the largest memory first; empty without systemd or without accounting.
std::vector<ServiceUse> read_services(const std::string& root = "");

}  // namespace mainstay::agent
