#include "agent/collect/backup/check.h"

namespace mainstay::agent::backup {

Result<CheckOutcome> check_set(const BackupSet& set, const LookOrder& order,
                               const std::optional<CheckRecord>& before) {
  switch (set.tool) {
    case BackupTool::Restic:
      return check_restic(set, before);
    case BackupTool::Borg:
      return check_borg(set, order, before);
    case BackupTool::PgBackRest:
      return check_pgbackrest(set);
    case BackupTool::Files:
      return check_files(set, order);
    case BackupTool::Command:
      break;
  }
  return fail(Fault::Unavailable, "a command has no check: a restore is its proof");
}

}  // namespace mainstay::agent::backup
