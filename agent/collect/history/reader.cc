#include "agent/collect/history/reader.h"

#include <algorithm>

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
  std::uint32_t number = 0;
  for (std::size_t copy = 0; copy < 2; ++copy) {
    const ByteView block = block_at(file, kDiskTableAt + copy * kDiskTableBytes, kDiskTableBytes);
    if (!is_whole(block, history)) continue;
    const auto table = read_disk_table(block);
    if (!table || table->number < number) continue;
    number = table->number;
    history.disks = table->disks;
  }
}

void read_minutes(ByteView file, std::uint32_t now, History& history) {
  for (std::uint32_t i = 0; i < kMinutesKept; ++i) {
    const ByteView block = block_at(file, place_of_minute(i), kMinuteBlockBytes);
    if (!is_whole(block, history)) continue;
    const auto values = read_minute(block);
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
  for (std::uint32_t i = 0; i < kHoursKept; ++i) {
    const ByteView block = block_at(file, place_of_hour(i), kHourBlockBytes);
    if (!is_whole(block, history)) continue;
    const auto values = read_hour(block);
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

History read_history_bytes(ByteView file, WallTime now) {
  History history;
  const std::uint32_t minute = minute_of(now);
  read_tables(file, history);
  read_minutes(file, minute, history);
  read_hours(file, minute / 60, history);
  return history;
}

Result<History> read_history(const std::string& path, WallTime now) {
  TRY(const Bytes file, loop::read_file(path, kHistoryBytes));
  const auto version =
      read_header(ByteView(file).first(std::min(file.size(), kHistoryHeaderBytes)));
  // A damaged header says nothing against blocks that are whole; another version does.
  if (version && *version != kHistoryVersion) {
    return fail(Fault::Malformed, path + ": a history of version " + std::to_string(*version));
  }
  return read_history_bytes(file, now);
}

std::vector<DiskLevel> disk_levels(const History& history, const std::string& mount) {
  std::vector<DiskLevel> levels;
  const auto found = std::ranges::find(history.disks, mount, &HistoryDisk::mount);
  if (found == history.disks.end() || mount.empty()) return levels;
  const auto place = static_cast<std::size_t>(found - history.disks.begin());
  std::uint32_t hour_last = 0;
  for (const HourValues& hour : history.hours) {
    // An hour in which the place changed hands mixes two disks.
    if (hour.hour * 60 < found->since_minute || hour.disk(place).min == kNoValue) continue;
    const HourSummary& used = hour.disk(place);
    levels.push_back({.minute = hour.hour * 60 + 59, .low_mib = used.min, .high_mib = used.max});
    hour_last = hour.hour;
  }
  DiskLevel going_on{.minute = 0, .low_mib = kNoValue, .high_mib = 0};
  for (const MinuteValues& minute : history.minutes) {
    const std::uint32_t used_mib = minute.disk(place);
    const bool is_older = minute.minute < found->since_minute || minute.minute / 60 <= hour_last;
    if (is_older || used_mib == kNoValue) continue;
    going_on.minute = minute.minute;
    going_on.low_mib = std::min(going_on.low_mib, used_mib);
    going_on.high_mib = std::max(going_on.high_mib, used_mib);
  }
  if (going_on.minute != 0) levels.push_back(going_on);
  return levels;
}

}  // namespace mainstay::agent
