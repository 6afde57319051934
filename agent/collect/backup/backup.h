// The source `backup` of mainstay-collect: a look at every set of the host's backup file, or the
// check of one.
#pragma once

#include <string>
#include <vector>

#include "common/core/result.h"
#include "common/plan/finding.h"

namespace mainstay::agent::backup {

/// What `mainstay-collect backup --help` prints, with the contract of tool `command`.
std::string_view help_of_backup();

/// The words behind `backup`; Malformed, with the one that is wrong.
Status look_at_backup(const std::vector<std::string>& words, WallTime now, SourceReport& report);

}  // namespace mainstay::agent::backup
