#include "agent/collect/backup/check.h"
#include "agent/collect/backup/pgbackrest.h"

namespace mainstay::agent::backup {

Result<CheckOutcome> check_pgbackrest(const BackupSet& set) {
  // Asked first, since `verify` has one word for a repository that is not there and one that lost
  // everything.
  TRY(const PgBackRestInfo info, ask_pgbackrest_info(set));
  if (info.backups.empty()) return fail(Fault::Unavailable, "there is no backup to check");
  TRY(const ToolAnswer answer,
      call_pgbackrest(set, {"verify", "--output=text", "--verbose"}, {.max = kCheckTimeMax}));
  CheckOutcome outcome{.said = read_pgbackrest_verify(words_of(answer)),
                       .how = "pgbackrest verify"};
  // It reads all files of all backups, and the WAL, of which `info` tells no bytes.
  for (const PgBackRestInfo::Backup& backup : info.backups) {
    outcome.total_bytes += backup.bytes_stored;
  }
  if (outcome.said.verdict == CheckSaid::Verdict::Proved) outcome.read_bytes = outcome.total_bytes;
  return outcome;
}

}  // namespace mainstay::agent::backup
