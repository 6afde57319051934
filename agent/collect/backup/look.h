// One look at one set: lists and infos only, nothing that reads data. Each fills Observed and fails
// never: what cannot be told is its trouble.
#pragma once

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/backup/observed.h"
#include "agent/collect/backup/tool_call.h"
#include "agent/collect/tool/answering.h"
#include "common/core/result.h"

namespace mainstay::agent::backup {

/// Where on this host a set is kept: nowhere for a repository on another machine, or one that only
/// its tool knows.
std::vector<std::string> places_of(const BackupSet& set);
/// Empty if they all answer; else why not. Asked before a look.
std::string silence_of(const std::vector<std::string>& places, Answering& answering);

Observed look_at_set(const BackupSet& set, const LookOrder& order);

Observed look_at_restic(const BackupSet& set, const LookOrder& order, LookTime& time);
Observed look_at_borg(const BackupSet& set, const LookOrder& order, LookTime& time);
Observed look_at_pgbackrest(const BackupSet& set, const LookOrder& order, LookTime& time);
Observed look_at_files(const BackupSet& set, const LookOrder& order);
Observed look_at_command(const BackupSet& set, const LookOrder& order, LookTime& time);

Observed in_trouble(const std::string& why);

}  // namespace mainstay::agent::backup
