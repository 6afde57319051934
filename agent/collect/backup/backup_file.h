// The backup file of a host: sets that are watched, each with its tool and what is expected of it.
// Paths and names in it were checked for their form; words that a tool gets begin with no dash.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/collect/settings/secret.h"
#include "common/core/time.h"
#include "common/document/node.h"

namespace mainstay::agent::backup {

enum class BackupTool : std::uint8_t { Restic, Borg, PgBackRest, Files, Command };
inline constexpr std::size_t kBackupToolCount = 5;
std::string_view name_of(BackupTool tool);

inline constexpr std::size_t kBackupSetsMax = 32;

struct BackupSet {
  std::string name;  // letters, digits, `-`, `_`, `.`: it names its state files, too
  BackupTool tool = BackupTool::Restic;
  std::string repository;  // restic, Borg
  std::string stanza;      // pgBackRest
  std::string pattern;     // files: a path, with `*` and `?` in its last part
  Secret password;
  std::vector<std::string> paths;    // restic: what a snapshot has to hold to count
  std::vector<std::string> newest;   // command: an argv
  std::vector<std::string> restore;  // command: an argv, "@scratch" is where to
  std::vector<std::string> compare;  // queries on the restored copy and on the source
  std::string run;                   // when it is to be made here; empty: something else does
  Duration rpo{};
  std::optional<Duration> rto;
  std::optional<Duration> prove_every;
  std::optional<Duration> read_all_every;
  std::optional<std::uint32_t> smaller_by_percent;  // than the one before: suspicious

  /// What the set is kept in, for people and to tell whether a record is still about it.
  [[nodiscard]] std::string where() const;
};

/// Where copies are restored to, and which hosts restore for others.
struct BackupScratch {
  std::string path;
  std::int64_t quota_bytes = 0;  // 0: none
  std::string host;              // a selector over labels; empty: this host
};

struct BackupFile {
  std::string name;
  std::vector<BackupSet> sets;
  std::optional<BackupScratch> scratch;
};

/// Malformed, with `file:line:column` and the nearest word, for anything it does not know.
Result<BackupFile> read_backup_file(const document::Node& node, const std::string& file);

}  // namespace mainstay::agent::backup
