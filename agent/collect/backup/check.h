// The check of one set by its own tool, which reads data and may take hours. What it proves is more
// than a look can and less than a restore does.
#pragma once

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/backup/check_record.h"
#include "agent/collect/backup/observed.h"
#include "agent/collect/backup/text/restic_text.h"

namespace mainstay::agent::backup {

/// Unavailable, with the reason, where no check could be made: that is no word against the backup.
/// A check that was made and proves nothing says so in its verdict.
Result<CheckOutcome> check_set(const BackupSet& set, const LookOrder& order,
                               const std::optional<CheckRecord>& before);

Result<CheckOutcome> check_restic(const BackupSet& set, const std::optional<CheckRecord>& before);
Result<CheckOutcome> check_borg(const BackupSet& set, const LookOrder& order,
                                const std::optional<CheckRecord>& before);
Result<CheckOutcome> check_pgbackrest(const BackupSet& set);
Result<CheckOutcome> check_files(const BackupSet& set, const LookOrder& order);

/// Which part of a repository is read next: the one behind the last, past parts without data, and
/// the same again where it was found damaged.
struct ResticPart {
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
  std::int64_t packs = 0;
  std::int64_t bytes = 0;
  std::int64_t total_bytes = 0;
  bool is_last = true;  // no part behind it has data
};
ResticPart next_restic_part(const ResticPacks& packs, const BackupSet& set,
                            const std::optional<CheckRecord>& before);

}  // namespace mainstay::agent::backup
