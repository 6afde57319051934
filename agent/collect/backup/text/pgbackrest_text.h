// What pgBackRest prints, 2.45. `info` ends by 0 for a stanza that is not there and for a
// repository that cannot be reached; `verify` ends by 0 with damage found. Only the words count.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/backup/text/check_text.h"
#include "common/core/time.h"

namespace mainstay::agent::backup {

inline constexpr std::size_t kPgBackRestBytesMax = 16UL * 1024 * 1024;

struct PgBackRestInfo {
  std::int64_t code = 0;  // 0 good, 1 no stanza, 2 no backup, 3-6 parts missing, 99 other
  std::string message;
  bool backup_is_running = false;
  struct Backup {
    std::string label;
    WallTime stopped{};
    std::int64_t bytes = 0;         // of the cluster
    std::int64_t bytes_stored = 0;  // that this one added to the repository
  };
  std::vector<Backup> backups;  // without error, oldest first
  // The newest segment of the newest cluster's archive; empty: none.
  std::string archive;  // "15-1"
  std::string segment;  // 24 hexadecimal digits
  std::int64_t repository = 1;
};
/// Of `info --output=json --stanza=STANZA`.
Result<PgBackRestInfo> read_pgbackrest_info(std::string_view text, const std::string& stanza);

/// Of `repo-ls --output=json FOLDER`: when the file of that segment came into the repository.
/// Unavailable if it is not there.
Result<WallTime> read_pgbackrest_arrival(std::string_view text, const std::string& segment);

/// Of `verify --output=text --verbose`.
CheckSaid read_pgbackrest_verify(const ToolWords& words);

}  // namespace mainstay::agent::backup
