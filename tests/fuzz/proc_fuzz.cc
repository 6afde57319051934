// Whatever a kernel, or a container that plays one, writes into /proc is refused or within bounds.
#include <cstdint>

#include "agent/collect/resource/cpu_times.h"
#include "agent/collect/resource/disk_traffic.h"
#include "agent/collect/resource/load.h"
#include "agent/collect/resource/local_disks.h"
#include "agent/collect/resource/memory_state.h"
#include "agent/collect/resource/service_groups.h"
#include "agent/collect/resource/words.h"
#include "common/core/check.h"

namespace {

using namespace mainstay;

void try_disks(std::string_view text) {
  agent::DiskTraffic before;
  agent::DiskTraffic sum;
  while (const auto line = agent::take_line(text)) {
    before = sum;
    if (agent::add_disk_line(*line, sum).has_value()) continue;
    CHECK(sum.operations == before.operations && sum.disks == before.disks);
  }
  before.disks = sum.disks;
  for (const long passed : {1L, 10'000L}) {
    (void)agent::rates_between(before, sum, Duration(passed));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto times = agent::read_cpu_times(text); times.has_value()) {
    const auto shares = agent::shares_between({}, *times);
    if (shares) CHECK(shares->busy() <= 10'000);
  }
  if (const auto memory = agent::read_memory(text); memory.has_value()) {
    CHECK(memory->available_bytes <= memory->total_bytes);
    CHECK(memory->swap_used_bytes() <= memory->swap_total_bytes);
  }
  if (const auto pressure = agent::read_pressure(text); pressure.has_value()) {
    CHECK(pressure->some <= 10'000 && pressure->full <= 10'000);
  }
  (void)agent::read_load(text);
  (void)agent::read_cpu_usec(text);
  (void)agent::read_one_number(text);
  try_disks(text);
  if (const auto mounts = agent::read_local_mounts(text); mounts.has_value()) {
    CHECK(mounts->size() <= agent::kLocalDisksMax);
    for (const auto& mount : *mounts) CHECK(mount.size() <= agent::kMountPathBytesMax);
  }
  return 0;
}
