// What each service uses, from the control groups that systemd makes: version 2, version 1, or both
// side by side. A service is a unit's group: *.service, and *.scope (containers, sessions), in any
// slice; what has groups of its own below one (containers of a service, services of a user) is told
// as part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mainstay::agent {

struct ServiceReading {
  std::string unit;  // as the kernel has it: any bytes but '/'
  // The number of its group, which is another one after each start.
  std::uint64_t group = 0;
  // With its share of the page cache, as the kernel counts it.
  std::optional<std::uint64_t> memory_bytes = {};
  std::optional<std::uint64_t> cpu_us = {};  // since its group was made
  bool operator==(const ServiceReading&) const = default;
};

struct ServiceReadings {
  std::vector<ServiceReading> services;  // those of which anything is known
  bool is_cut = false;                   // there are more than kServicesMax
};

inline constexpr std::size_t kServicesMax = 256;
// Folders that are looked into, and how far below the root: kubernetes has three slices, one in
// another, and one for each pod.
inline constexpr std::size_t kSlicesMax = 256;
inline constexpr unsigned kSliceDepthMax = 6;

class ServiceGroups {
 public:
  /// `root` holds sys/fs/cgroup; "" for this host's. What is mounted there is asked once.
  explicit ServiceGroups(const std::string& root = "");

  /// Nothing without systemd, or where the kernel counts neither.
  ServiceReadings read() const;

 private:
  struct Walk;
  void look_into(Walk& walk, const std::string& slice, unsigned depth) const;
  void add(ServiceReadings& readings, ServiceReading reading, const std::string& path) const;

  // Folders, each empty if there is none.
  std::string list_;     // where all units have a group
  std::string memory_;   // version 1
  std::string cpuacct_;  // version 1
  std::string unified_;  // version 2
};

/// "usage_usec 1234" of cpu.stat, version 2.
std::optional<std::uint64_t> read_cpu_usec(std::string_view cpu_stat);
/// A file of one number.
std::optional<std::uint64_t> read_one_number(std::string_view text);

}  // namespace mainstay::agent
