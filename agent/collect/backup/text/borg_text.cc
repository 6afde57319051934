#include "agent/collect/backup/text/borg_text.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/collect/backup/text/instant_text.h"
#include "agent/collect/backup/text/json.h"

namespace mainstay::agent::backup {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kBorgIdDigits = 64;

// Lines of a check, from their beginning: names of archives stand in others.
constexpr std::string_view kVerified =
    "Finished cryptographic data integrity verification, verified ";
constexpr std::string_view kRepositoryGood = "Finished full repository check, no problems found";
constexpr std::string_view kArchivesGood = "Archive consistency check complete, no problems found";
constexpr std::string_view kDamage[] = {"Data integrity error", "Index object count mismatch",
                                        "Finished full repository check, errors",
                                        "Archive consistency check complete, problems"};

Result<BorgArchive> archive_of(const Json& entry) {
  BorgArchive archive;
  TRY(archive.name, text_member(entry, "name"));
  TRY(archive.id, text_member(entry, "id"));
  const bool is_id = archive.id.size() == kBorgIdDigits &&
                     archive.id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_id) return malformed_answer("id is none");
  // A NUL would end the argument in which the name is asked for.
  if (archive.name.empty() || archive.name.find('\0') != std::string::npos) {
    return malformed_answer("name is none");
  }
  TRY(archive.hostname, text_member(entry, "hostname"));
  TRY(const std::string start, text_member(entry, "start"));
  TRY(archive.at, read_instant(start, ZonelessText::IsUtc));
  return archive;
}

}  // namespace

Result<std::vector<BorgArchive>> read_borg_archives(std::string_view text) {
  TRY(const Json value, parse_tool_json(text, kBorgJsonBytesMax));
  TRY(const Json* const list, list_member(value, "archives"));
  std::vector<BorgArchive> archives;
  for (const Json& entry : *list) {
    TRY(BorgArchive archive, archive_of(entry));
    archives.push_back(std::move(archive));
  }
  return archives;
}

Result<std::int64_t> read_borg_size(std::string_view text) {
  TRY(const Json value, parse_tool_json(text, kBorgJsonBytesMax));
  TRY(const Json* const list, list_member(value, "archives"));
  if (list->size() != 1) return malformed_answer("not one archive");
  TRY(const Json* const stats, member(list->front(), "stats"));
  return number_member(*stats, "original_size");
}

Result<std::int64_t> read_borg_stored(std::string_view text) {
  TRY(const Json value, parse_tool_json(text, kBorgJsonBytesMax));
  TRY(const Json* const cache, member(value, "cache"));
  TRY(const Json* const stats, member(*cache, "stats"));
  return number_member(*stats, "unique_csize");
}

Result<BorgLock> read_borg_lock(std::string_view name) {
  const auto at = name.rfind('@');
  const auto dot = name.rfind('.');
  if (at == std::string_view::npos || dot == std::string_view::npos || at == 0 || dot < at) {
    return malformed_answer("no name of a lock");
  }
  BorgLock lock;
  lock.hostname = name.substr(0, at);
  const auto pid = number_after(name.substr(dot), ".");
  const auto after = name.find_first_not_of("0123456789", dot + 1);
  const bool ends_well = after != std::string_view::npos && name[after] == '-';
  if (!pid || *pid == 0 || !ends_well) return malformed_answer("no name of a lock");
  lock.pid = *pid;
  return lock;
}

CheckSaid read_borg_check(const ToolWords& words, BorgCheck check) {
  CheckSaid said;
  said.has_read_data = check == BorgCheck::VerifyData;
  const std::string_view text = words.error_output;
  const auto verified = line_from(text, kVerified);
  const auto faults = number_after(verified.value_or(""), " chunks with ");
  for (const std::string_view damage : kDamage) {
    const auto line = line_from(text, damage);
    if (!line) continue;
    said.verdict = CheckSaid::Verdict::Refuted;
    said.reason = *line;
    return said;
  }
  if (faults && *faults > 0) {
    said.verdict = CheckSaid::Verdict::Refuted;
    said.reason = *verified;
    return said;
  }
  said.read = number_after(verified.value_or(""), kVerified).value_or(0);
  said.of = said.read;
  said.of_all = said.read;
  const bool read_all = said.read > 0 && faults == 0 && line_from(text, kArchivesGood);
  if (words.exit != 0) {
    said.reason = last_line(text);
  } else if (!line_from(text, kRepositoryGood) || (said.has_read_data && !read_all)) {
    said.reason = "it did not come to its end";
  } else {
    said.verdict = CheckSaid::Verdict::Proved;
  }
  return said;
}

}  // namespace mainstay::agent::backup
