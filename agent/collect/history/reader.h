// The history as other programs read it, while the agent may be writing.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/history/block.h"
#include "common/core/result.h"

namespace mainstay::agent {

struct History {
  std::vector<MinuteValues> minutes;  // of the last 48 hours, in their order
  std::vector<HourValues> hours;      // of the last 60 days, in their order
  std::array<HistoryDisk, kHistoryDisks> disks{};
  std::uint32_t damaged = 0;  // blocks that were left out
  std::uint32_t ahead = 0;    // blocks later than now, written under a clock that was wrong
};

/// Of a file's bytes, however many of them there are: what is whole counts.
History read_history_bytes(ByteView file, WallTime now);
/// Unavailable if there is no file, Malformed if it is none of this version.
Result<History> read_history(const std::string& path, WallTime now);

/// What a disk had in use within the hour that ends with `minute`, in MiB.
struct DiskLevel {
  std::uint32_t minute = 0;
  std::uint32_t low_mib = 0;
  std::uint32_t high_mib = 0;
};
/// Hour by hour, the one that is going on too; empty if the disk is not in it.
std::vector<DiskLevel> disk_levels(const History& history, const std::string& mount);

}  // namespace mainstay::agent
