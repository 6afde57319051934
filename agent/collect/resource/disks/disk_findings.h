// What is said of a disk: full, filling up, read-only against what was asked, silent.
#pragma once

#include "agent/collect/history/reader.h"
#include "agent/collect/resource/disks/mount_table.h"
#include "agent/collect/resource/disks/space.h"
#include "agent/collect/resource/disks/trend.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

inline constexpr std::uint32_t kFullPercent = 95;
inline constexpr Duration kFullSoon = std::chrono::hours(24 * 7);

/// One mount's; `trend` counts for disks only.
Finding finding_of_disk(const Mount& mount, const Result<Space>& space, const Trend& trend);

/// One finding a mount and the facts of all, where they are known.
void add_disks(const std::vector<Mount>& mounts, const std::vector<Result<Space>>& spaces,
               const History& history, SourceReport& report);

}  // namespace mainstay::agent
