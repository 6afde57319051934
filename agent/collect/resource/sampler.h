// One reading of the kernel's counters each ten seconds, in the agent's own process: the files stay
// open and are read again in place, nothing is allocated once it stands. What a kernel does not
// have, or says in a way that is not understood, is left out of the sample and is no error.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "agent/collect/resource/clock_state.h"
#include "agent/collect/resource/cpu_times.h"
#include "agent/collect/resource/disk_traffic.h"
#include "agent/collect/resource/load.h"
#include "agent/collect/resource/memory_state.h"
#include "common/core/time.h"
#include "common/loop/fd.h"

namespace mainstay::agent {

struct Sample {
  Now at{};
  std::optional<CpuShares> cpu;  // since the sample before; not in the first
  std::optional<Load> load;
  std::optional<MemoryState> memory;
  std::optional<Pressure> pressure_cpu;
  std::optional<Pressure> pressure_memory;
  std::optional<Pressure> pressure_io;
  std::optional<DiskRates> disks;  // since the sample before; not in the first
  ClockReading clock;
};

class Sampler {
 public:
  /// `root` holds proc; "" for this host's.
  explicit Sampler(const std::string& root = "");
  Sample sample(Now now);

 private:
  std::optional<DiskTraffic> disk_traffic();

  loop::Fd stat_, load_, memory_, disks_;
  std::array<loop::Fd, 3> pressure_;
  std::optional<CpuTimes> cpu_before_;
  std::optional<DiskTraffic> disks_before_;
  Instant before_{};
  std::array<char, 4096> buffer_{};
};

}  // namespace mainstay::agent
