// The files of a set of tool `files`.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/backup/backup_file.h"
#include "common/core/result.h"

namespace mainstay::agent::backup {

struct FoundFile {
  std::string path;
  WallTime at{};
  std::int64_t bytes = 0;
};

/// Regular files that match, oldest first; without those that may still be written. Unavailable if
/// the folder cannot be read.
Result<std::vector<FoundFile>> find_files(const BackupSet& set, WallTime now);

}  // namespace mainstay::agent::backup
