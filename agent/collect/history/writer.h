// The agent's hand on a history file. The file has its full size from the first moment, so that a
// disk which fills up later takes nothing away; where even that does not fit, the running hour is
// kept in memory, that is said, and the file is tried again each hour.
//
// 1. A minute goes to the place of its number, whatever the clock did before.
// 2. A minute that is on file stays as it was first written: after a clock that was set back, the
//    same minutes come a second time.
// 3. A place that holds a later minute is taken only while the clock is kept right: then the later
//    one was a lie. Under a clock that nobody keeps, which may be the one that lies, it stays.
// 4. Nothing is synced: a power cut may cost the last half minute, a kill costs at most one block.
// 5. A new owner's time begins after the last minute on file of the one before, also where the
// clock
//    was set back between.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/collect/history/history_file.h"
#include "agent/collect/resource/clock_state.h"

namespace mainstay::agent {

class HistoryWriter {
 public:
  /// The layout is one of kHistoryLayouts and outlives it.
  HistoryWriter(const HistoryLayout& layout, std::string path);

  /// The places of these owners, as many as there are; the layout's number of places for one
  /// without. A new one takes the place of one that is not among them.
  std::vector<std::size_t> places_of(std::span<const std::string> names, std::uint32_t minute);
  void put(const MinuteValues& values, ClockState clock);

  /// Who has which place.
  std::span<const HistoryOwner> owners() const {
    return std::span(table_.owners).first(layout_.places);
  }
  /// Ok while the file is written; else why it is not.
  const Status& state() const { return state_; }
  /// Minutes that were not written: told already, or a later one was in their place.
  std::uint64_t skipped() const { return skipped_; }

 private:
  void open_file();
  void read_table();
  void write_table();
  std::optional<MinuteValues> minute_at(std::uint32_t minute) const;
  std::optional<HourValues> hour_at(std::uint32_t hour) const;
  std::array<MinuteValues, 60> minutes_of(std::uint32_t hour) const;
  std::uint32_t first_free(std::uint32_t minute) const;
  void renew_turns(std::uint32_t minute);
  void turn_to(std::uint32_t hour);
  void try_again();
  void close_hour(std::uint32_t hour);
  bool write_minute_of(const MinuteValues& values, ClockState clock);
  void catch_up(std::uint32_t hour);

  const HistoryLayout& layout_;
  HistoryFile file_;
  Status state_;
  OwnerTable table_;
  std::uint32_t hour_ = 0;               // of the newest minute; 0 before the first
  std::vector<MinuteValues> unwritten_;  // of that hour, while they cannot be written
  std::uint64_t skipped_ = 0;
};

}  // namespace mainstay::agent
