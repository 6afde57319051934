// What is mounted on this host and what should be, as libmount reads it.
#pragma once

#include <string>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent {

enum class MountKind : std::uint8_t {
  Disk,     // on a device of this host
  Memory,   // tmpfs
  Network,  // another machine or a process of a user answers: may hang
};

enum class Writable : std::uint8_t {
  Yes,         // the file system is, whatever the mounts of a sandbox are
  No,          // as it was mounted, and nobody said that it should be
  NotAsAsked,  // fstab says read-write
  Failed,      // the file system itself stopped writing under a mount that is read-write
};

struct Mount {
  std::string path;
  std::string type;
  MountKind kind = MountKind::Disk;
  Writable writable = Writable::Yes;
};

inline constexpr std::size_t kMountsMax = 64;

/// File systems that can run full, each once, the uppermost where several lie over one another, in
/// the order of their mounting, at most kMountsMax. A missing fstab asks for nothing.
Result<std::vector<Mount>> read_mounts(const std::string& mountinfo, const std::string& fstab);

inline constexpr std::size_t kFarMountsMax = 1024;

/// Each path at which something else than this kernel answers, so that whoever touches it may hang:
/// with those that show the same file system twice, and those that have no space of their own. At
/// most kFarMountsMax. Unavailable if the table cannot be read.
Result<std::vector<std::string>> read_far_mounts(const std::string& mountinfo);

}  // namespace mainstay::agent
