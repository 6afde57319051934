// One stanza, asked of pgBackRest with the host's own configuration.
#pragma once

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/backup/text/pgbackrest_text.h"
#include "agent/collect/backup/tool_call.h"

namespace mainstay::agent::backup {

Result<ToolAnswer> call_pgbackrest(const BackupSet& set, std::vector<std::string> words,
                                   Duration time_max = kLookTimeMax);

/// Unavailable, with its cause, unless the stanza has a good status or no backup yet.
Result<PgBackRestInfo> ask_pgbackrest_info(const BackupSet& set);

}  // namespace mainstay::agent::backup
