// In which turn the sets of a file are looked at. A look at all has a minute, and one set that
// stands still costs half of it: those that did so before come last, and after one no other is
// begun.
#pragma once

#include <vector>

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/backup/observed.h"

namespace mainstay::agent::backup {

/// What each came to, in their order in the file.
std::vector<Observed> look_at_sets(const std::vector<BackupSet>& sets, const LookOrder& order);

}  // namespace mainstay::agent::backup
