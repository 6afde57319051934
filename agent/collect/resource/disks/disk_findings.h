// What is said of a disk: full, filling up by bytes or inodes, read-only against what was asked,
// silent.
#pragma once

#include "agent/collect/history/reader.h"
#include "agent/collect/resource/disks/mount_table.h"
#include "agent/collect/resource/disks/space.h"
#include "agent/collect/resource/disks/trend.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

inline constexpr std::uint32_t kFullPercent = 95;
inline constexpr Duration kFullSoon = std::chrono::hours(24 * 7);

struct DiskTrends {
  Trend space = {};
  Trend inodes = {};
};

/// One mount's; trends count for disks only. It is told to be full when the first of both is.
Finding finding_of_disk(const Mount& mount, const Result<Space>& space, const DiskTrends& trends);

struct DiskHistories {
  const History& space;   // kHostHistory
  const History& inodes;  // kInodeHistory
};
/// One finding a mount and the facts of all, where they are known.
void add_disks(const std::vector<Mount>& mounts, const std::vector<Result<Space>>& spaces,
               const DiskHistories& histories, SourceReport& report);

}  // namespace mainstay::agent
