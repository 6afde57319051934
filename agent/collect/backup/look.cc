#include "agent/collect/backup/look.h"

namespace mainstay::agent::backup {
namespace {

/// Empty for a repository on another machine, or one that only its tool knows.
std::string folder_of(const BackupSet& set) {
  if (set.tool == BackupTool::Files) return set.pattern.substr(0, set.pattern.rfind('/') + 1);
  return set.repository.starts_with('/') ? set.repository : "";
}

}  // namespace

std::string silence_of(const BackupSet& set, Answering& answering) {
  const std::string folder = folder_of(set);
  if (folder.empty()) return {};
  const std::string why = answering.silence_of(folder);
  return why.empty() ? "" : folder + ": " + why;
}

Observed in_trouble(const std::string& why) {
  Observed seen;
  seen.trouble = why.empty() ? "nothing could be told" : why;
  return seen;
}

Observed look_at_set(const BackupSet& set, const LookOrder& order, Answering& answering) {
  if (const std::string why = silence_of(set, answering); !why.empty()) return in_trouble(why);
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
