// How much room file systems have, asked in children that may hang on a machine which is gone. The
// one who asks waits for all of them together, and only as long as it was told.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent {

struct Space {
  std::uint64_t size_bytes = 0;
  std::uint64_t used_bytes = 0;
  std::uint64_t free_bytes = 0;  // for users that are not root
  std::uint64_t inodes = 0;      // 0 where the file system has no fixed number
  std::uint64_t inodes_free = 0;

  /// As df counts: of what is used and what users may still have, rounded up.
  std::uint32_t used_percent() const;
  std::uint32_t inodes_used_percent() const;
};

/// What a look gives a file system to answer in: a server on the other side of the world takes a
/// third of a second.
inline constexpr Duration kAnswerMax = std::chrono::seconds(3);

/// 0 or an errno. Runs in a child, after a fork: it may make system calls and nothing else.
using AskSpace = int (*)(const char* path, Space& space);
int ask_statvfs(const char* path, Space& space);

/// One answer a path, in their order: Unavailable, with a reason for people, for one that did not
/// answer in time, or that another look is still asking after as long. Such a one may be held
/// beyond a kill; `locks`, a folder of our own, keeps it the only one of its path. Empty: none are
/// kept.
std::vector<Result<Space>> ask_space(std::span<const std::string> paths, Duration time_max,
                                     const std::string& locks, AskSpace ask = ask_statvfs);

}  // namespace mainstay::agent
