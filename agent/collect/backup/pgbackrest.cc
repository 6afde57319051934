#include "agent/collect/backup/pgbackrest.h"

#include <algorithm>
#include <filesystem>

#include "agent/collect/backup/text/pgbackrest_conf.h"
#include "common/core/bytes.h"
#include "common/loop/files.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::int64_t kCodeNoStanza = 1;
constexpr std::int64_t kCodeNoBackup = 2;

constexpr std::string_view kConfs[] = {"/etc/pgbackrest/pgbackrest.conf", "/etc/pgbackrest.conf"};
constexpr std::string_view kConfFolder = "/etc/pgbackrest/conf.d";
constexpr std::size_t kConfBytesMax = 256UL * 1024;
constexpr std::size_t kConfFilesMax = 64;

/// The second is its old place, and read only where the first is not.
std::string main_conf() {
  for (const std::string_view path : kConfs) {
    const auto text = loop::read_file(std::string(path), kConfBytesMax);
    if (text.has_value()) return std::string(as_text(*text));
  }
  return {};
}

std::vector<std::string> conf_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".conf") files.push_back(entry->path());
  }
  std::ranges::sort(files);
  files.resize(std::min(files.size(), kConfFilesMax));
  return files;
}

}  // namespace

std::vector<std::string> pgbackrest_places(const BackupSet& set) {
  std::string conf = main_conf();
  for (const std::string& path : conf_files(std::string(kConfFolder))) {
    const auto text = loop::read_file(path, kConfBytesMax);
    // The one before may end without a line end.
    if (text.has_value()) conf.append("\n").append(as_text(*text));
  }
  return pgbackrest_folders(conf, set.stanza);
}

Result<ToolAnswer> call_pgbackrest(const BackupSet& set, std::vector<std::string> words,
                                   CallTime time) {
  // A log file made by root would be one that the database's own archiver cannot write.
  std::vector<std::string> all = {"--stanza=" + set.stanza, "--log-level-file=off",
                                  "--log-level-console=off", "--log-level-stderr=error"};
  all.insert(all.end(), words.begin(), words.end());
  return call_tool({.tool = "pgbackrest",
                    .words = std::move(all),
                    .output_bytes_max = kPgBackRestBytesMax,
                    .time = time});
}

Result<PgBackRestInfo> ask_pgbackrest_info(const BackupSet& set, CallTime time) {
  TRY(const ToolAnswer answer, call_pgbackrest(set, {"info", "--output=json"}, time));
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
