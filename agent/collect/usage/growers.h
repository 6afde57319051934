// Which folders grew most since a look at least a day ago. Each file counts for one folder: the one
// at most three levels below its file system's root that holds it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/usage/walk.h"
#include "common/core/result.h"
#include "common/core/time.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

inline constexpr unsigned kGrowerDepth = 3;
inline constexpr std::size_t kFolderSizesMax = 4096;
inline constexpr std::size_t kFolderBytesMin = 1024UL * 1024;  // smaller ones are not remembered
inline constexpr std::uint64_t kGrowthBytesMin = 64UL * 1024 * 1024;
inline constexpr std::size_t kFolderNameBytesMax = 512;
inline constexpr std::size_t kGrowersNamed = 5;
inline constexpr Duration kBaselineAgeMin = std::chrono::hours(24);

/// What was seen at one look: escaped paths and bytes.
struct FolderSizes {
  WallTime at{};
  bool is_complete = true;  // else folders that are not in it may exist all the same
  std::map<std::string, std::uint64_t, std::less<>> bytes;
};

/// The state file: a line of its kind, time and completeness, then a line a folder.
std::string write_folder_sizes(const FolderSizes& sizes);
Result<FolderSizes> read_folder_sizes(std::string_view text);

/// Walks the file systems, within the limits that are left.
FolderSizes measure_folders(const std::vector<std::string>& mounts, WallTime now,
                            WalkLimits& limits);

/// The largest growers as findings.
void add_growth(const FolderSizes& before, const FolderSizes& after, SourceReport& report);

/// All of it: measures, compares with `file`, and replaces that if it is a day old, from the future
/// or unreadable.
void add_growers(const std::string& file, const std::vector<std::string>& mounts,
                 WalkLimits& limits, SourceReport& report);

}  // namespace mainstay::agent
