// A look through a folder's files that cannot be led astray: one file system, no links followed, no
// path put together from names, bounded in entries and depth. Mounts below the folder are not
// touched: they may not answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

namespace mainstay::agent {

struct WalkEntry {
  std::string_view path;  // below the folder that was begun with
  std::string_view name;
  const struct stat& status;

  bool is_file() const { return S_ISREG(status.st_mode); }
  /// What it takes on the disk, holes not counted.
  std::uint64_t bytes() const { return static_cast<std::uint64_t>(status.st_blocks) * 512; }
};

enum class Step : unsigned char { Enter, Skip };

struct WalkLimits {
  std::size_t entries_left = 200'000;  // of all walks that share it
  unsigned depth_max = 64;             // each level holds a descriptor
  // Mounts that other machines or users' processes answer for: no walk begins in them.
  std::vector<std::string> far = {};
};

struct WalkEnd {
  bool was_there = false;
  bool is_far = false;     // nothing was touched
  bool was_cut = false;    // by the limit of entries
  std::size_t denied = 0;  // folders that this user may not read
};

/// Each entry once, a folder before what is in it; files with several names only by their first.
/// The answer counts for folders.
WalkEnd walk(const std::string& folder, WalkLimits& limits,
             const std::function<Step(const WalkEntry&)>& see);

}  // namespace mainstay::agent
