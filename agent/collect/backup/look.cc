#include "agent/collect/backup/look.h"

namespace mainstay::agent::backup {

Observed in_trouble(const std::string& why) {
  Observed seen;
  seen.trouble = why.empty() ? "nothing could be told" : why;
  return seen;
}

Observed look_at_set(const BackupSet& set, const LookOrder& order) {
  switch (set.tool) {
    case BackupTool::Restic:
      return look_at_restic(set, order);
    case BackupTool::Borg:
      return look_at_borg(set, order);
    case BackupTool::PgBackRest:
      return look_at_pgbackrest(set, order);
    case BackupTool::Files:
      return look_at_files(set, order);
    case BackupTool::Command:
      break;
  }
  return look_at_command(set, order);
}

}  // namespace mainstay::agent::backup
