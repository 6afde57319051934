// One stanza, asked of pgBackRest with the host's own configuration.
#pragma once

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/backup/text/pgbackrest_text.h"
#include "agent/collect/backup/tool_call.h"

namespace mainstay::agent::backup {

/// The folders of this host that its repositories are in, by its configuration. What this user may
/// not read of it, the tool may not either.
std::vector<std::string> pgbackrest_places(const BackupSet& set);

Result<ToolAnswer> call_pgbackrest(const BackupSet& set, std::vector<std::string> words,
                                   CallTime time = {});

/// Unavailable, with its cause, unless the stanza has a good status or no backup yet.
Result<PgBackRestInfo> ask_pgbackrest_info(const BackupSet& set, CallTime time = {});

}  // namespace mainstay::agent::backup
