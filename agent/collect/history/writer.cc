#include "agent/collect/history/writer.h"

#include <algorithm>
#include <utility>

#include "agent/collect/history/summary.h"

namespace mainstay::agent {

HistoryWriter::HistoryWriter(const HistoryLayout& layout, std::string path)
    : layout_(layout), file_(layout, std::move(path)) {
  open_file();
}

void HistoryWriter::open_file() {
  state_ = file_.open();
  if (state_.has_value()) read_table();
}

void HistoryWriter::read_table() {
  table_ = {};
  Room<kTableBytesMax> block(layout_.table_bytes);
  for (std::size_t copy = 0; copy < 2; ++copy) {
    if (!file_.read_at(layout_.place_of_table(copy), block.span())) continue;
    auto table = read_owners(layout_, block.span());
    if (table && table->number >= table_.number) table_ = std::move(*table);
  }
}

std::vector<std::size_t> HistoryWriter::places_of(std::span<const std::string> names,
                                                  std::uint32_t minute) {
  std::vector<std::size_t> places;
  const auto owners = std::span(table_.owners).first(layout_.places);
  std::uint32_t since = 0;  // of all that are new
  for (const std::string& name : names) {
    auto place = std::ranges::find(owners, name, &HistoryOwner::name);
    const bool fits = !name.empty() && name.size() <= kOwnerBytesMax;
    if (place == owners.end() && fits) {
      place = std::ranges::find_if(owners, [&](const HistoryOwner& owner) {
        return owner.name.empty() || std::ranges::find(names, owner.name) == names.end();
      });
      if (place != owners.end()) {
        if (since == 0) since = first_free(minute);
        *place = {.name = name, .since_minute = since};
      }
    }
    places.push_back(static_cast<std::size_t>(place - owners.begin()));
  }
  if (since != 0) {
    ++table_.number;
    write_table();
  }
  return places;
}

std::uint32_t HistoryWriter::first_free(std::uint32_t minute) const {
  std::uint32_t first = minute;
  const auto look = [&](std::uint32_t other) {
    if (other >= first && other - minute < kMinutesKept) first = other + 1;
  };
  for (const MinuteValues& values : unwritten_) look(values.minute);
  std::array<std::byte, 60 * kMinuteBytesMax> room{};
  const auto blocks = std::span(room).first(60 * layout_.minute_bytes);
  for (std::uint32_t from = 0; from < kMinutesKept; from += 60) {
    if (!file_.read_at(layout_.place_of_minute(from), blocks)) continue;
    for (std::size_t i = 0; i < 60; ++i) {
      const ByteView block = blocks.subspan(i * layout_.minute_bytes, layout_.minute_bytes);
      const std::uint32_t claimed = minute_claimed(block);
      // Nearly all are older; sums are for the others.
      if (claimed >= first && read_minute(layout_, block)) look(claimed);
    }
  }
  return first;
}

/// Of an owner whose turn began under a clock that was far ahead nothing would be read before that
/// time comes. Only under a clock that is kept right: one that was set far back for an hour would
/// let it have what is another's.
void HistoryWriter::renew_turns(std::uint32_t minute) {
  std::uint32_t since = 0;
  for (HistoryOwner& owner : std::span(table_.owners).first(layout_.places)) {
    // As far ahead may be the first that was free.
    if (owner.since_minute <= minute + kMinutesKept) continue;
    if (since == 0) since = first_free(minute);
    owner.since_minute = since;
  }
  if (since == 0) return;
  ++table_.number;
  write_table();
}

void HistoryWriter::write_table() {
  if (!file_.is_open()) return;
  Room<kTableBytesMax> block(layout_.table_bytes);
  write_owners(layout_, table_, block.span());
  state_ = file_.write_at(layout_.place_of_table(table_.number % 2), block.span());
}

void HistoryWriter::put(const MinuteValues& values, ClockState clock) {
  if (values.minute == 0) return;  // a clock before 1970
  const std::uint32_t hour = values.minute / 60;
  if (hour != hour_) turn_to(hour);
  if (clock == ClockState::Synchronised) renew_turns(values.minute);
  if (std::ranges::find(unwritten_, values.minute, &MinuteValues::minute) != unwritten_.end()) {
    ++skipped_;
    return;
  }
  // At most the 60 of this hour.
  if (!file_.is_open() || !write_minute_of(values, clock)) unwritten_.push_back(values);
}

std::optional<MinuteValues> HistoryWriter::minute_at(std::uint32_t minute) const {
  Room<kMinuteBytesMax> block(layout_.minute_bytes);
  if (!file_.read_at(layout_.place_of_minute(minute), block.span())) return std::nullopt;
  return read_minute(layout_, block.span());
}

std::optional<HourValues> HistoryWriter::hour_at(std::uint32_t hour) const {
  Room<kHourBytesMax> block(layout_.hour_bytes);
  if (!file_.read_at(layout_.place_of_hour(hour), block.span())) return std::nullopt;
  return read_hour(layout_, block.span());
}

/// False if it is neither written nor to be left out.
bool HistoryWriter::write_minute_of(const MinuteValues& values, ClockState clock) {
  const auto there = minute_at(values.minute);
  if (there && (there->minute == values.minute ||
                (there->minute > values.minute && clock != ClockState::Synchronised))) {
    ++skipped_;
    return true;
  }
  Room<kMinuteBytesMax> block(layout_.minute_bytes);
  write_minute(layout_, values, block.span());
  state_ = file_.write_at(layout_.place_of_minute(values.minute), block.span());
  return state_.has_value();
}

void HistoryWriter::turn_to(std::uint32_t hour) {
  if (hour_ == 0) {
    catch_up(hour);
  } else {
    try_again();
    close_hour(hour_);
  }
  unwritten_.clear();
  hour_ = hour;
}

void HistoryWriter::try_again() {
  if (!file_.is_open()) {
    OwnerTable placed = table_;
    open_file();
    if (!file_.is_open()) return;
    // The minutes below were placed by the table in memory.
    placed.number = std::max(placed.number, table_.number) + 1;
    table_ = std::move(placed);
    write_table();
  }
  for (const MinuteValues& minute : unwritten_) {
    (void)write_minute_of(minute, ClockState::NotKnown);
  }
}

std::array<MinuteValues, 60> HistoryWriter::minutes_of(std::uint32_t hour) const {
  std::array<MinuteValues, 60> minutes{};
  std::array<std::byte, 60 * kMinuteBytesMax> room{};
  const auto blocks = std::span(room).first(60 * layout_.minute_bytes);
  const bool is_read = file_.read_at(layout_.place_of_minute(hour * 60), blocks);
  for (std::size_t i = 0; is_read && i < minutes.size(); ++i) {
    const auto minute =
        read_minute(layout_, blocks.subspan(i * layout_.minute_bytes, layout_.minute_bytes));
    if (minute && minute->minute == hour * 60 + i) minutes[i] = *minute;
  }
  for (const MinuteValues& minute : unwritten_) {
    MinuteValues& place = minutes[minute.minute % 60];
    if (minute.minute / 60 == hour && place.minute == 0) place = minute;
  }
  return minutes;
}

void HistoryWriter::close_hour(std::uint32_t hour) {
  if (!file_.is_open()) return;
  const HourValues summary = summary_of(layout_, hour, minutes_of(hour));
  if (summary.minutes == 0) return;
  const auto there = hour_at(hour);
  // The same hour again has all that was there and more; a later one is a matter of the clock, and
  // at most an hour in 60 days is lost by leaving it.
  if (there && (there->hour > hour || (there->hour == hour && there->minutes > summary.minutes))) {
    return;
  }
  Room<kHourBytesMax> block(layout_.hour_bytes);
  write_hour(layout_, summary, block.span());
  state_ = file_.write_at(layout_.place_of_hour(hour), block.span());
}

void HistoryWriter::catch_up(std::uint32_t hour) {
  for (std::uint32_t back = 1; back < kMinutesKept / 60 && back < hour; ++back) {
    const auto there = hour_at(hour - back);
    if (there && there->hour == hour - back && there->minutes == 60) continue;
    close_hour(hour - back);
  }
}

}  // namespace mainstay::agent
