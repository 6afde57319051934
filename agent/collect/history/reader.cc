#include "agent/collect/history/reader.h"

#include <algorithm>
#include <utility>

#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

/// The bytes of a block, fewer if the file ends before.
ByteView block_at(ByteView file, std::size_t at, std::size_t bytes) {
  return at >= file.size() ? ByteView() : file.subspan(at, std::min(bytes, file.size() - at));
}

/// Counts a block that is damaged; one that was never written, or is beyond the end, is just not
/// there.
bool is_whole(ByteView block, History& history) {
  if (block.empty()) return false;
  const BlockState state = state_of_block(block);
  if (state == BlockState::Damaged) ++history.damaged;
  return state == BlockState::Whole;
}

void read_tables(ByteView file, History& history) {
  const HistoryLayout& layout = history.layout;
  std::uint32_t number = 0;
  for (std::size_t copy = 0; copy < 2; ++copy) {
    const ByteView block = block_at(file, layout.place_of_table(copy), layout.table_bytes);
    if (!is_whole(block, history)) continue;
    const auto table = read_owners(layout, block);
    if (!table || table->number < number) continue;
    number = table->number;
    history.owners = table->owners;
  }
}

void read_minutes(ByteView file, std::uint32_t now, History& history) {
  const HistoryLayout& layout = history.layout;
  for (std::uint32_t i = 0; i < kMinutesKept; ++i) {
    const ByteView block = block_at(file, layout.place_of_minute(i), layout.minute_bytes);
    if (!is_whole(block, history)) continue;
    const auto values = read_minute(layout, block);
    if (!values || values->minute % kMinutesKept != i) {
      ++history.damaged;
    } else if (values->minute > now) {
      ++history.ahead;
    } else if (now - values->minute < kMinutesKept) {
      history.minutes.push_back(*values);
    }
  }
  std::ranges::sort(history.minutes, {}, &MinuteValues::minute);
}

void read_hours(ByteView file, std::uint32_t now, History& history) {
  const HistoryLayout& layout = history.layout;
  for (std::uint32_t i = 0; i < kHoursKept; ++i) {
    const ByteView block = block_at(file, layout.place_of_hour(i), layout.hour_bytes);
    if (!is_whole(block, history)) continue;
    const auto values = read_hour(layout, block);
    if (!values || values->hour % kHoursKept != i) {
      ++history.damaged;
    } else if (values->hour > now) {
      ++history.ahead;
    } else if (now - values->hour < kHoursKept) {
      history.hours.push_back(*values);
    }
  }
  std::ranges::sort(history.hours, {}, &HourValues::hour);
}

}  // namespace

History read_history_bytes(const HistoryLayout& layout, ByteView file, WallTime now) {
  History history{.layout = layout, .minutes = {}, .hours = {}};
  const std::uint32_t minute = minute_of(now);
  read_tables(file, history);
  read_minutes(file, minute, history);
  read_hours(file, minute / 60, history);
  return history;
}

Result<History> read_history(const HistoryLayout& layout, const std::string& path, WallTime now) {
  TRY(const Bytes file, loop::read_file(path, layout.file_bytes()));
  const auto header = read_header(ByteView(file).first(std::min(file.size(), kHistoryHeaderBytes)));
  // A damaged header says nothing against blocks that are whole; another version or kind does.
  if (header && *header != HistoryHeader{.kind = layout.kind}) {
    return fail(Fault::Malformed, path + ": a history of version " +
                                      std::to_string(header->version) + ", kind " +
                                      std::to_string(std::to_underlying(header->kind)));
  }
  return read_history_bytes(layout, file, now);
}

std::vector<UsedLevel> levels_of(const History& history, std::string_view owner) {
  std::vector<UsedLevel> levels;
  const auto found = std::ranges::find(history.owners, owner, &HistoryOwner::name);
  if (found == history.owners.end() || owner.empty()) return levels;
  const std::size_t series =
      history.layout.series_of(static_cast<std::size_t>(found - history.owners.begin()));
  std::uint32_t hour_last = 0;
  for (const HourValues& hour : history.hours) {
    const HourSummary& used = hour.series[series];
    // An hour in which the place changed hands mixes two owners.
    if (hour.hour * 60 < found->since_minute || used.min == kNoValue) continue;
    levels.push_back({.minute = hour.hour * 60 + 59, .low = used.min, .high = used.max});
    hour_last = hour.hour;
  }
  UsedLevel going_on{.minute = 0, .low = kNoValue, .high = 0};
  for (const MinuteValues& minute : history.minutes) {
    const std::uint32_t used = minute.values[series];
    const bool is_older = minute.minute < found->since_minute || minute.minute / 60 <= hour_last;
    if (is_older || used == kNoValue) continue;
    going_on.minute = minute.minute;
    going_on.low = std::min(going_on.low, used);
    going_on.high = std::max(going_on.high, used);
  }
  if (going_on.minute != 0) levels.push_back(going_on);
  return levels;
}

}  // namespace mainstay::agent
