// What is left when a shim or the first process of a task was killed: nobody then keeps the time
// limit, and nobody ends a throw-away user's processes. The executor does it in their place.
#pragma once

#include <string>

#include <sys/types.h>

#include "agent/executor/shell/folders.h"
#include "common/core/time.h"

namespace mainstay::executor {

/// Of its own for each attempt, so that ending one task's processes spares another's.
uid_t throw_away_uid(const AttemptId& attempt);

/// What lies in the folder. If it tells of a start and neither of an end nor of a living shim, the
/// attempt's throw-away user is ended first.
AttemptEvidence find_evidence(const Folders& folders, const AttemptId& attempt);

/// Beyond what the shim itself would have allowed; not told before this boot.
bool is_overdue(const traces::Started& started, const BootId& boot, Duration within, Instant now);

/// Kills the session that the shim led. Only if one of it holds `lock` open: the shim's number may
/// be another's by now, its lock cannot. True if it did.
bool end_session(pid_t shim, const std::string& lock);

}  // namespace mainstay::executor
