#include "agent/collect/backup/text/pgbackrest_text.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/collect/backup/text/json.h"

namespace mainstay::agent::backup {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSegmentDigits = 24;
// Timeline, then log and segment, 8 digits each.
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

Result<WallTime> seconds_member(const Json& object, const char* key) {
  TRY(const std::int64_t seconds, number_member(object, key));
  if (seconds > kSecondsMax) return malformed_answer(std::string(key) + " is no instant");
  return wall_from_ms(seconds * 1000);
}

bool is_segment(std::string_view text) {
  return text.size() == kSegmentDigits &&
         text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

/// "15-1" and "9.6-1": it becomes part of a path in the repository.
bool is_archive(std::string_view text) {
  return !text.empty() && text.size() <= 16 && text.front() != '.' && text.front() != '-' &&
         text.find_first_not_of("0123456789.-") == std::string_view::npos && !text.contains("..");
}

Result<PgBackRestInfo::Backup> backup_of(const Json& entry) {
  PgBackRestInfo::Backup backup;
  TRY(backup.label, text_member(entry, "label"));
  TRY(const Json* const timestamp, member(entry, "timestamp"));
  TRY(backup.stopped, seconds_member(*timestamp, "stop"));
  TRY(const Json* const info, member(entry, "info"));
  TRY(backup.bytes, number_member(*info, "size"));
  TRY(const Json* const stored, member(*info, "repository"));
  TRY(backup.bytes_stored, number_member(*stored, "delta"));
  return backup;
}

bool has_error(const Json& entry) {
  const auto error = entry.find("error");
  // Null and absent: an older pgBackRest did not look.
  if (error == entry.end() || error->is_null()) return false;
  return *error != false;
}

Status read_backups(const Json& stanza, PgBackRestInfo& info) {
  TRY(const Json* const list, list_member(stanza, "backup"));
  for (const Json& entry : *list) {
    TRY(PgBackRestInfo::Backup backup, backup_of(entry));
    if (!has_error(entry)) info.backups.push_back(std::move(backup));
  }
  std::ranges::stable_sort(info.backups, {}, &PgBackRestInfo::Backup::stopped);
  return {};
}

Status read_archives(const Json& stanza, PgBackRestInfo& info) {
  TRY(const Json* const list, list_member(stanza, "archive"));
  std::int64_t newest_cluster = -1;
  for (const Json& entry : *list) {
    TRY(const Json* const database, member(entry, "database"));
    TRY(const std::int64_t cluster, number_member(*database, "id"));
    TRY(const std::int64_t repository, number_member(*database, "repo-key"));
    TRY(const Json* const max, member(entry, "max"));
    if (max->is_null()) continue;
    TRY(const std::string archive, text_member(entry, "id"));
    TRY(const std::string segment, text_member(entry, "max"));
    if (!is_archive(archive) || !is_segment(segment)) return malformed_answer("no WAL segment");
    if (std::pair(cluster, segment) <= std::pair(newest_cluster, info.segment)) continue;
    newest_cluster = cluster;
    info.archive = archive;
    info.segment = segment;
    info.repository = repository;
  }
  return {};
}

/// Of all lines that have such a number: there is one for each backup.
std::int64_t sum_after(std::string_view text, std::string_view words) {
  constexpr std::int64_t kFilesMax = std::int64_t{1} << 40;
  std::int64_t sum = 0;
  for (auto found = text.find(words); found != std::string_view::npos; found = text.find(words)) {
    text.remove_prefix(found);
    sum = std::min(kFilesMax, sum + std::min(kFilesMax, number_after(text, words).value_or(0)));
    text.remove_prefix(words.size());
  }
  return sum;
}

}  // namespace

Result<PgBackRestInfo> read_pgbackrest_info(std::string_view text, const std::string& stanza) {
  TRY(const Json value, parse_tool_json(text, kPgBackRestBytesMax));
  TRY(const Json* const list, list_of(value));
  if (list->size() != 1) return malformed_answer("not one stanza");
  const Json& entry = list->front();
  TRY(const std::string name, text_member(entry, "name"));
  if (name != stanza) return malformed_answer("another stanza");
  PgBackRestInfo info;
  TRY(const Json* const status, member(entry, "status"));
  TRY(info.code, number_member(*status, "code"));
  TRY(info.message, text_member(*status, "message"));
  // The stanza's own word is "other"; the cause stands with its repository.
  if (const auto repositories = entry.find("repo"); repositories != entry.end()) {
    TRY(const Json* const all, list_of(*repositories));
    for (const Json& repository : *all) {
      TRY(const Json* const its_status, member(repository, "status"));
      TRY(const std::int64_t its_code, number_member(*its_status, "code"));
      TRY(const std::string its_message, text_member(*its_status, "message"));
      if (its_code != 0) info.message = its_message;
    }
  }
  if (const auto lock = status->find("lock"); lock != status->end()) {
    TRY(const Json* const backup, member(*lock, "backup"));
    TRY(const Json* const held, member(*backup, "held"));
    info.backup_is_running = *held == true;
  }
  TRY_STATUS(read_backups(entry, info));
  TRY_STATUS(read_archives(entry, info));
  return info;
}

Result<WallTime> read_pgbackrest_arrival(std::string_view text, const std::string& segment) {
  TRY(const Json value, parse_tool_json(text, kPgBackRestBytesMax));
  if (!value.is_object()) return malformed_answer("no object");
  std::optional<WallTime> arrival;
  for (const auto& [name, entry] : value.items()) {
    // SEGMENT-SHA1, perhaps with the ending of its compression; SEGMENT.OFFSET.backup is no WAL.
    if (!name.starts_with(segment + "-")) continue;
    TRY(const WallTime at, seconds_member(entry, "time"));
    // Pushed twice it is there twice; what was there first is what counted from then on.
    if (!arrival || at < *arrival) arrival = at;
  }
  if (!arrival) return fail(Fault::Unavailable, "WAL " + segment + " is not in the archive");
  return *arrival;
}

CheckSaid read_pgbackrest_verify(const ToolWords& words) {
  CheckSaid said;
  const std::string_view text = words.output;
  said.read = sum_after(text, "total valid files: ") + sum_after(text, "total valid WAL: ");
  said.of = sum_after(text, "total files checked: ") + sum_after(text, "total WAL checked: ");
  said.of_all = said.of;
  if (text.contains("No usable ")) {
    // What it has to start from is missing: as true of a path that is not mounted as of damage.
    said.reason = line_with(text, "No usable ").value_or("");
  } else if (text.contains("status: error") || text.contains("status: invalid")) {
    said.verdict = CheckSaid::Verdict::Refuted;
    said.reason = text.contains("status: invalid")
                      ? line_with(text, "status: invalid").value_or("")
                      : line_with(text, "total WAL checked").value_or("status: error");
  } else if (words.exit != 0) {
    said.reason = last_line(words.error_output);
  } else if (!text.contains("status: ok") || said.of <= 0 || said.read != said.of) {
    said.reason = "it did not read every file";
  } else {
    said.verdict = CheckSaid::Verdict::Proved;
  }
  return said;
}

}  // namespace mainstay::agent::backup
