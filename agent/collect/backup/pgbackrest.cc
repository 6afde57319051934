#include "agent/collect/backup/pgbackrest.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::int64_t kCodeNoStanza = 1;
constexpr std::int64_t kCodeNoBackup = 2;

}  // namespace

Result<ToolAnswer> call_pgbackrest(const BackupSet& set, std::vector<std::string> words,
                                   Duration time_max) {
  // A log file made by root would be one that the database's own archiver cannot write.
  std::vector<std::string> all = {"--stanza=" + set.stanza, "--log-level-file=off",
                                  "--log-level-console=off", "--log-level-stderr=error"};
  all.insert(all.end(), words.begin(), words.end());
  return call_tool({.tool = "pgbackrest",
                    .words = std::move(all),
                    .output_bytes_max = kPgBackRestBytesMax,
                    .time_max = time_max});
}

Result<PgBackRestInfo> ask_pgbackrest_info(const BackupSet& set) {
  TRY(const ToolAnswer answer, call_pgbackrest(set, {"info", "--output=json"}));
  if (answer.exit != 0) return fail(Fault::Unavailable, trouble_of(answer, ""));
  TRY(PgBackRestInfo info, read_pgbackrest_info(answer.output, set.stanza));
  if (info.code == kCodeNoStanza) {
    // The same words for a repository that is not mounted.
    return fail(Fault::Unavailable,
                "no such stanza, or its repository is not there: " + info.message);
  }
  if (info.code != 0 && info.code != kCodeNoBackup) {
    return fail(Fault::Unavailable, as_trouble(info.message.substr(0, 200)));
  }
  return info;
}

}  // namespace mainstay::agent::backup
