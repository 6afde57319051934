// From what was seen and what was proved before to findings. Pure: the same answers, the same
// judgement. Proved is a set whose newest good backup is younger than its RPO and of which nothing
// is known that refutes it; its age against `rpo` is the only objective judged here, the others are
// told by readings.
#pragma once

#include <vector>

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/backup/check_record.h"
#include "agent/collect/backup/observed.h"
#include "common/plan/finding.h"

namespace mainstay::agent::backup {

struct SetRecords {
  Result<std::optional<CheckRecord>> check = std::optional<CheckRecord>();
  Result<std::optional<CheckRecord>> proof = std::optional<CheckRecord>();
};

Finding judge(const BackupSet& set, const Observed& seen, const SetRecords& records, WallTime now);

/// Of the check that was just made.
Finding judge_check(const BackupSet& set, const CheckRecord& record, WallTime now);

/// A lock that nobody holds any more blocks every backup to come: a finding of its own. Nothing for
/// one that is held by somebody at work.
std::optional<Finding> judge_lock(const BackupSet& set, const Observed& seen, WallTime now);

/// The facts of all sets: BackupRefuted, and BackupAge, the oldest. Where the age of one is not
/// known, or it has no backup, the oldest of the others is told only if it is beyond its own RPO
/// and beyond that one's, which no age unknown could mend; else the fact is not known.
void add_backup_facts(const std::vector<Finding>& findings, SourceReport& report);

}  // namespace mainstay::agent::backup
