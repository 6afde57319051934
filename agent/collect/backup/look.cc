#include "agent/collect/backup/look.h"

#include <algorithm>
#include <iterator>

#include "agent/collect/backup/pgbackrest.h"

namespace mainstay::agent::backup {

std::vector<std::string> places_of(const BackupSet& set) {
  switch (set.tool) {
    case BackupTool::Files:
      return {set.pattern.substr(0, set.pattern.rfind('/') + 1)};
    case BackupTool::PgBackRest:
      return pgbackrest_places(set);
    case BackupTool::Command: {
      std::vector<std::string> paths;  // the program first, which is looked at, too
      std::ranges::copy_if(set.newest, std::back_inserter(paths),
                           [](const std::string& word) { return word.starts_with('/'); });
      return paths;
    }
    case BackupTool::Restic:
    case BackupTool::Borg:
      break;
  }
  if (!set.repository.starts_with('/')) return {};
  return {set.repository};
}

std::string silence_of(const std::vector<std::string>& places, Answering& answering) {
  for (const std::string& place : places) {
    if (const std::string why = answering.silence_of(place); !why.empty()) {
      return place + ": " + why;
    }
  }
  return {};
}

Observed in_trouble(const std::string& why) {
  Observed seen;
  seen.trouble = why.empty() ? "nothing could be told" : why;
  return seen;
}

namespace {

Observed look_with_tool(const BackupSet& set, const LookOrder& order, LookTime& time) {
  switch (set.tool) {
    case BackupTool::Restic:
      return look_at_restic(set, order, time);
    case BackupTool::Borg:
      return look_at_borg(set, order, time);
    case BackupTool::PgBackRest:
      return look_at_pgbackrest(set, order, time);
    case BackupTool::Files:
      return look_at_files(set, order);
    case BackupTool::Command:
      break;
  }
  return look_at_command(set, order, time);
}

}  // namespace

Observed look_at_set(const BackupSet& set, const LookOrder& order) {
  LookTime time;
  Observed seen = look_with_tool(set, order, time);
  seen.group_killed = time.group_killed();
  return seen;
}

}  // namespace mainstay::agent::backup
