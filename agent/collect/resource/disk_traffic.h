// What all whole disks together read and wrote: /proc/diskstats. Partitions, and devices made of
// other devices (loop, device mapper, md, zram), would count the same bytes twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent {

/// Since boot. The kernel's own counters wrap, on old ones at 32 bits.
struct DiskTraffic {
  std::uint64_t operations = 0;
  std::uint64_t read_sectors = 0;  // of 512 bytes, whatever the disk has
  std::uint64_t written_sectors = 0;
  std::uint64_t waited_ms = 0;  // all operations' time together
  std::uint32_t disks = 0;
};

struct DiskRates {
  std::uint64_t read_bytes_per_second = 0;
  std::uint64_t written_bytes_per_second = 0;
  std::uint64_t latency_us = 0;  // the mean of an operation; 0 if there was none
};

/// sda, vdb, xvda, nvme0n1, mmcblk0, dasda: by its name, since asking /sys costs files.
bool is_whole_disk(std::string_view name);

/// One line; other devices change nothing. Malformed leaves the sum as it was.
Status add_disk_line(std::string_view line, DiskTraffic& sum);
/// Nothing if a counter went back, or the set of disks changed: then it tells of no span of time.
std::optional<DiskRates> rates_between(const DiskTraffic& before, const DiskTraffic& after,
                                       Duration passed);

}  // namespace mainstay::agent
