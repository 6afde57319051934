#include "agent/collect/backup/look.h"
#include "agent/collect/backup/pgbackrest.h"

namespace mainstay::agent::backup {
namespace {

// Timeline and log, of the 24 digits of a segment: the folder that it lies in.
constexpr std::size_t kSegmentFolderDigits = 16;

/// When the newest WAL segment came into the repository: whatever was committed before its end can
/// be restored. A segment that waited in the archiver's queue came later than it was closed, so
/// with a queue the age is too small by that wait.
Result<WallTime> newest_wal(const BackupSet& set, const PgBackRestInfo& info, LookTime& time) {
  const std::string folder = "archive/" + set.stanza + "/" + info.archive + "/" +
                             info.segment.substr(0, kSegmentFolderDigits);
  TRY(const ToolAnswer answer,
      call_pgbackrest(set,
                      {"repo-ls", "--output=json", "--repo=" + std::to_string(info.repository),
                       "--filter=^" + info.segment + "-", folder},
                      time.left()));
  if (answer.exit != 0) return fail(Fault::Unavailable, trouble_of(answer, ""));
  return read_pgbackrest_arrival(answer.output, info.segment);
}

}  // namespace

Observed look_at_pgbackrest(const BackupSet& set, const LookOrder&, LookTime& time) {
  const auto info = ask_pgbackrest_info(set, time.left());
  if (!info.has_value()) return in_trouble(info.error().detail);
  Observed seen;
  seen.count = static_cast<std::int64_t>(info->backups.size());
  if (info->backups.empty()) return seen;  // WAL without a backup to begin from restores nothing
  const auto& backups = info->backups;
  seen.bytes = backups.back().bytes;
  if (backups.size() > 1) seen.bytes_before = backups[backups.size() - 2].bytes;
  seen.newest = backups.back().stopped;
  seen.note = "no WAL archived";
  if (!info->segment.empty()) {
    const auto arrival = newest_wal(set, *info, time);
    if (!arrival.has_value()) return in_trouble(arrival.error().detail);
    seen.newest = std::max(*arrival, *seen.newest);
    seen.note = "last WAL archived";
  }
  if (info->backup_is_running) seen.note += ", a backup is running";
  return seen;
}

}  // namespace mainstay::agent::backup
