#include "agent/collect/backup/text/restic_text.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/collect/backup/text/instant_text.h"
#include "agent/collect/backup/text/json.h"
#include "common/core/bytes.h"

namespace mainstay::agent::backup {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kResticIdDigits = 64;
constexpr std::size_t kResticPathsMax = 1000;
constexpr std::size_t kResticIdsMax = 100'000;
// Far above any that there are, so that the sums cannot overflow.
constexpr std::int64_t kPackBytesMax = std::int64_t{1} << 40;
constexpr std::int64_t kPacksBytesMax = std::int64_t{1} << 50;

bool is_restic_id(std::string_view text) {
  return text.size() == kResticIdDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<std::string> id_member(const Json& object) {
  TRY(std::string id, text_member(object, "id"));
  if (!is_restic_id(id)) return malformed_answer("id is none");
  return id;
}

Result<ResticSnapshot> snapshot_of(const Json& entry) {
  ResticSnapshot snapshot;
  TRY(snapshot.id, id_member(entry));
  TRY(snapshot.hostname, text_member(entry, "hostname"));
  TRY(const std::string time, text_member(entry, "time"));
  TRY(snapshot.at, read_instant(time, ZonelessText::IsRefused));
  TRY(const Json* const paths, list_member(entry, "paths"));
  if (paths->size() > kResticPathsMax) return malformed_answer("too many paths");
  for (const Json& path : *paths) {
    const auto* text = path.get_ptr<const std::string*>();
    if (text == nullptr || text->size() > kToolWordBytesMax) {
      return malformed_answer("a path is no text");
    }
    snapshot.paths.push_back(*text);
  }
  if (const auto summary = entry.find("summary"); summary != entry.end()) {
    TRY(snapshot.bytes, number_member(*summary, "total_bytes_processed"));
  }
  return snapshot;
}

/// "[0:00] 100.00%  2 / 2 packs": the last such line, since a terminal would see it grow.
std::optional<std::pair<std::int64_t, std::int64_t>> packs_read(std::string_view text) {
  const auto found = text.rfind(" packs\n");
  if (found == std::string_view::npos) return std::nullopt;
  const auto before = text.rfind('\n', found);
  const auto begin = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view line = text.substr(begin, found - begin);
  const auto total = number_after(line, " / ");
  const auto read = number_after(line, "%  ");
  if (!total || !read) return std::nullopt;
  return std::pair(*read, *total);
}

}  // namespace

Result<std::vector<ResticSnapshot>> read_restic_snapshots(std::string_view text) {
  TRY(const Json value, parse_tool_json(text, kResticListBytesMax));
  std::vector<ResticSnapshot> snapshots;
  if (value.is_null()) return snapshots;  // some versions print no list for none
  TRY(const Json* const list, list_of(value));
  for (const Json& entry : *list) {
    TRY(ResticSnapshot snapshot, snapshot_of(entry));
    snapshots.push_back(std::move(snapshot));
  }
  return snapshots;
}

Result<std::int64_t> read_restic_stats(std::string_view text) {
  TRY(const Json value, parse_tool_json(text, kResticListBytesMax));
  return number_member(value, "total_size");
}

Result<std::vector<std::string>> read_restic_ids(std::string_view text) {
  if (text.size() > kResticListBytesMax) return malformed_answer("too long");
  std::vector<std::string> ids;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    if (!is_restic_id(line) || ids.size() == kResticIdsMax)
      return malformed_answer("no list of ids");
    ids.emplace_back(line);
  }
  return ids;
}

Result<ResticLock> read_restic_lock(std::string_view text) {
  TRY(const Json value, parse_tool_json(text, kResticListBytesMax));
  ResticLock lock;
  TRY(lock.hostname, text_member(value, "hostname"));
  TRY(lock.pid, number_member(value, "pid"));
  TRY(const std::string time, text_member(value, "time"));
  TRY(lock.at, read_instant(time, ZonelessText::IsRefused));
  return lock;
}

Status add_restic_index(std::string_view text, ResticPacks& packs) {
  TRY(const Json value, parse_tool_json(text, kResticIndexBytesMax));
  TRY(const Json* const list, list_member(value, "packs"));
  for (const Json& pack : *list) {
    TRY(const std::string id, id_member(pack));
    TRY(const Json* const blobs, list_member(pack, "blobs"));
    std::int64_t bytes = 0;
    for (const Json& blob : *blobs) {
      TRY(const std::int64_t length, number_member(blob, "length"));
      bytes += std::min(length, kPackBytesMax);
    }
    const auto first = from_hex(std::string_view(id).substr(0, 2));
    if (!first) return malformed_answer("id is none");
    const auto place = std::to_integer<std::size_t>(first->front());
    packs.count.at(place) += 1;
    packs.bytes.at(place) =
        std::min(packs.bytes.at(place) + std::min(bytes, kPackBytesMax), kPacksBytesMax);
  }
  return {};
}

CheckSaid read_restic_check(const ToolWords& words) {
  CheckSaid said;
  if (words.error_output.find("repository contains errors") != std::string_view::npos) {
    said.verdict = CheckSaid::Verdict::Refuted;
    said.reason = first_line(words.error_output);
    return said;
  }
  if (const auto packs = packs_read(words.output)) {
    said.read = packs->first;
    said.of = packs->second;
  }
  said.of_all = number_after(words.output, "(out of total ").value_or(said.of);
  if (words.exit != 0) {
    said.reason = first_line(words.error_output);
  } else if (words.output.find("no errors were found") == std::string_view::npos) {
    said.reason = "it did not come to its end";
  } else if (said.read <= 0 || said.read != said.of) {
    said.reason = "it read no data pack";
  } else {
    said.verdict = CheckSaid::Verdict::Proved;
  }
  return said;
}

}  // namespace mainstay::agent::backup
