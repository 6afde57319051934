#include "agent/collect/backup/check_record.h"

#include <limits>

#include "agent/collect/backup/state_file.h"
#include "common/core/escape.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::string_view kRecordKeys[] = {
    "format", "where", "at",    "verdict",  "how",         "reason",  "read",
    "total",  "part",  "parts", "round_at", "round_bytes", "whole_at"};
constexpr std::string_view kRecordFormat = "1";  // stored; a reader refuses any other
constexpr std::size_t kReasonBytesMax = 200;
constexpr std::uint32_t kPartsMax = 256;

std::string path_of(const RecordPlace& place, RecordKind kind) {
  return place.folder + "/" + place.set + (kind == RecordKind::Check ? ".check" : ".proof");
}

Result<std::int64_t> bytes_in(const KeyLines& lines, std::string_view key) {
  TRY(const std::uint64_t bytes, lines.number(key, std::numeric_limits<std::int64_t>::max()));
  return static_cast<std::int64_t>(bytes);
}

Result<CheckRecord> record_of(const KeyLines& lines, WallTime now) {
  CheckRecord record;
  if (lines.text("format") != kRecordFormat) return lines.complain("format", "expected 1");
  const std::string verdict = lines.text("verdict");
  if (verdict != "proved" && verdict != "refuted") {
    return lines.complain("verdict", "expected proved or refuted");
  }
  record.is_good = verdict == "proved";
  record.how = lines.text("how");
  record.reason = lines.text("reason");
  TRY(record.at, instant_in(lines, "at", now));
  TRY(record.read_bytes, bytes_in(lines, "read"));
  TRY(record.total_bytes, bytes_in(lines, "total"));
  TRY(const std::uint64_t part, lines.number("part", kPartsMax));
  TRY(const std::uint64_t parts, lines.number("parts", kPartsMax));
  if (part == 0 || part > parts) return lines.complain("part", "expected 1 to `parts`");
  record.part = static_cast<std::uint32_t>(part);
  record.parts = static_cast<std::uint32_t>(parts);
  TRY(record.round_at, instant_in(lines, "round_at", now));
  TRY(record.round_bytes, bytes_in(lines, "round_bytes"));
  TRY(record.whole_at, instant_in(lines, "whole_at", now));
  return record;
}

}  // namespace

CheckRecord record_after(const std::optional<CheckRecord>& before, const CheckOutcome& outcome,
                         WallTime now) {
  CheckRecord record = before.value_or(CheckRecord{});
  const bool is_same_division = before && before->parts == outcome.parts;
  const bool goes_on =
      is_same_division && before->round_at != WallTime() &&
      (outcome.part > before->part || (outcome.part == before->part && !before->is_good));
  record.at = now;
  record.how = outcome.how;
  record.part = outcome.part;
  record.parts = outcome.parts;
  record.read_bytes = outcome.read_bytes;
  record.total_bytes = outcome.total_bytes;
  record.is_good = outcome.said.verdict == CheckSaid::Verdict::Proved;
  record.reason = record.is_good ? "" : outcome.said.reason;
  if (!goes_on) {
    record.round_at = now;
    record.round_bytes = 0;
  }
  if (!record.is_good) return record;
  record.round_bytes += outcome.read_bytes;
  if (outcome.ends_round && outcome.said.has_read_data) record.whole_at = record.round_at;
  return record;
}

Result<std::optional<CheckRecord>> read_record(const RecordPlace& place, RecordKind kind,
                                               WallTime now) {
  if (place.folder.empty()) return std::optional<CheckRecord>();
  TRY(const auto lines, read_state(path_of(place, kind), kRecordKeys));
  if (!lines || lines->text("where") != escape_for_terminal(place.where)) {
    return std::optional<CheckRecord>();
  }
  auto record = record_of(*lines, now);
  if (!record.has_value()) return fail(Fault::Corrupt, record.error().detail);
  return std::optional(std::move(*record));
}

Status write_record(const RecordPlace& place, RecordKind kind, const CheckRecord& record) {
  const auto number = [](auto value) { return std::to_string(value); };
  std::string reason = escape_for_terminal(record.reason.substr(0, kReasonBytesMax));
  return write_state(path_of(place, kind), {{"format", std::string(kRecordFormat)},
                                            {"where", escape_for_terminal(place.where)},
                                            {"at", seconds_line(record.at)},
                                            {"verdict", record.is_good ? "proved" : "refuted"},
                                            {"how", record.how},
                                            {"reason", std::move(reason)},
                                            {"read", number(record.read_bytes)},
                                            {"total", number(record.total_bytes)},
                                            {"part", number(record.part)},
                                            {"parts", number(record.parts)},
                                            {"round_at", seconds_line(record.round_at)},
                                            {"round_bytes", number(record.round_bytes)},
                                            {"whole_at", seconds_line(record.whole_at)}});
}

}  // namespace mainstay::agent::backup
