// The agent's hand on the history file. The file has its full size from the first moment, so that a
// disk which fills up later takes nothing away; where even that does not fit, the running hour is
// kept in memory, that is said, and the file is tried again each hour.
//
// 1. A minute goes to the place of its number, whatever the clock did before.
// 2. A minute that is on file stays as it was first written: after a clock that was set back, the
//    same minutes come a second time.
// 3. A place that holds a later minute is taken only while the clock is kept right: then the later
//    one was a lie. Under a clock that nobody keeps, which may be the one that lies, it stays.
// 4. Nothing is synced: a power cut may cost the last half minute, a kill costs at most one block.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "agent/collect/history/block.h"
#include "agent/collect/resource/clock_state.h"
#include "common/core/result.h"
#include "common/loop/fd.h"

namespace mainstay::agent {

class HistoryWriter {
 public:
  explicit HistoryWriter(std::string path);

  /// The places of these disks, as many as there are; kHistoryDisks for one without. A new one
  /// takes the place of one that is not among them.
  std::vector<std::size_t> places_of(std::span<const std::string> mounts, std::uint32_t minute);
  void put(const MinuteValues& values, ClockState clock);

  /// Ok while the file is written; else why it is not.
  const Status& state() const { return state_; }
  /// Minutes that were not written: told already, or a later one was in their place.
  std::uint64_t skipped() const { return skipped_; }

 private:
  Status open_file();
  void read_table();
  void write_table();
  Status start_anew();
  Status write_at(std::size_t at, ByteView block);
  bool read_at(std::size_t at, std::span<std::byte> block) const;
  std::size_t load_hour(std::uint32_t hour, std::span<MinuteValues, 60> to) const;
  void turn_to(std::uint32_t hour);
  void close_hour(std::uint32_t hour, std::span<const MinuteValues> minutes);
  void write_minute_of(const MinuteValues& values, ClockState clock);
  void catch_up(std::uint32_t hour);

  std::string path_;
  loop::Fd file_;
  Status state_;
  DiskTable table_;
  std::uint32_t hour_ = 0;  // that hour_minutes_ are of; 0 before the first minute
  std::array<MinuteValues, 60> hour_minutes_{};
  std::uint64_t skipped_ = 0;
};

}  // namespace mainstay::agent
