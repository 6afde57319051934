// The file systems on this host's own block devices, from /proc/self/mountinfo without a library.
// Asking them for their space cannot hang on another machine: network and user-space file systems
// are never asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent {

struct LocalDisk {
  std::string mount;  // the first place of each device
  std::uint64_t used_bytes = 0;
  std::uint64_t free_bytes = 0;              // for users that are not root, as df counts it
  std::optional<std::uint64_t> inodes_used;  // nothing where their number is not fixed
  bool operator==(const LocalDisk&) const = default;
};

inline constexpr std::size_t kLocalDisksMax = 64;
inline constexpr std::size_t kMountPathBytesMax = 255;

/// Mount points of ext, XFS, Btrfs and the like on a device of /dev, each device once, at most
/// kLocalDisksMax, in the order of their mounting. Loop devices are images of packages, always
/// full. Malformed if a line is none.
Result<std::vector<std::string>> read_local_mounts(std::string_view mountinfo);

/// The above of this process, with their space. One that does not answer at once is left out.
Result<std::vector<LocalDisk>> local_disks();

}  // namespace mainstay::agent
