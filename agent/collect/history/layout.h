// The kinds of history files, which differ in what they keep and in nothing else: how many numbers
// are the host's own, how many places there are for what comes and goes, and where blocks lie.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace mainstay::agent {

// Stored; another layout of a kind needs another kHistoryVersion.
inline constexpr std::uint32_t kHistoryVersion = 1;
inline constexpr std::uint32_t kMinutesKept = 48U * 60;
inline constexpr std::uint32_t kHoursKept = 60U * 24;
// An hour's minutes lie side by side.
static_assert(kMinutesKept % 60 == 0);

inline constexpr std::size_t kHistoryHeaderBytes = 64;
inline constexpr std::size_t kOwnerTableAt = 512;
inline constexpr std::size_t kOwnerBytesMax = 255;  // of a mount point or a unit's name

enum class HistoryKind : std::uint32_t {  // stored; never renumber
  Host = 0,
  Services = 1,
  Inodes = 2,
};

/// A file: a header, two copies of the table of owners, the minutes of 48 hours, the hours of 60
/// days.
struct HistoryLayout {
  HistoryKind kind = HistoryKind::Host;
  std::size_t own_series = 0;   // numbers of the host itself
  std::size_t places = 0;       // for disks or services; who has which is in the table
  std::size_t values_each = 1;  // numbers of one place
  std::size_t table_bytes = 0;
  std::size_t minute_bytes = 0;  // parts of a page, so that none lies over the end of one
  std::size_t hour_bytes = 0;
  std::size_t minutes_at = 0;

  constexpr std::size_t series_count() const { return own_series + places * values_each; }
  constexpr std::size_t series_of(std::size_t place, std::size_t value = 0) const {
    return own_series + place * values_each + value;
  }
  constexpr std::size_t hours_at() const { return minutes_at + kMinutesKept * minute_bytes; }
  constexpr std::size_t file_bytes() const { return hours_at() + kHoursKept * hour_bytes; }
  constexpr std::size_t place_of_table(std::size_t copy) const {
    return kOwnerTableAt + copy * table_bytes;
  }
  constexpr std::size_t place_of_minute(std::uint32_t minute) const {
    return minutes_at + minute % kMinutesKept * minute_bytes;
  }
  constexpr std::size_t place_of_hour(std::uint32_t hour) const {
    return hours_at() + hour % kHoursKept * hour_bytes;
  }
};

/// The host's own numbers (series.h), and the space that each disk has in use, in MiB.
inline constexpr HistoryLayout kHostHistory = {.kind = HistoryKind::Host,
                                               .own_series = 12,
                                               .places = 8,
                                               .values_each = 1,
                                               .table_bytes = 2112,
                                               .minute_bytes = 128,
                                               .hour_bytes = 384,
                                               .minutes_at = 8192};
/// Of each service its memory and its share of a processor (ServiceValue). As many as fit a block
/// of 128 bytes.
inline constexpr HistoryLayout kServiceHistory = {.kind = HistoryKind::Services,
                                                  .own_series = 0,
                                                  .places = 15,
                                                  .values_each = 2,
                                                  .table_bytes = 3968,
                                                  .minute_bytes = 128,
                                                  .hour_bytes = 512,
                                                  .minutes_at = 12'288};
/// The inodes that each disk has in use. Apart, since the host's hours have no room for them.
inline constexpr HistoryLayout kInodeHistory = {.kind = HistoryKind::Inodes,
                                                .own_series = 0,
                                                .places = 8,
                                                .values_each = 1,
                                                .table_bytes = 2112,
                                                .minute_bytes = 64,
                                                .hour_bytes = 256,
                                                .minutes_at = 8192};
inline constexpr std::array kHistoryLayouts = {kHostHistory, kServiceHistory, kInodeHistory};

inline constexpr std::size_t kSeriesMax = 30;
inline constexpr std::size_t kPlacesMax = 15;
inline constexpr std::size_t kTableBytesMax = 3968;
inline constexpr std::size_t kMinuteBytesMax = 128;
inline constexpr std::size_t kHourBytesMax = 512;

/// Everything fits where it is put.
constexpr bool is_sound(const HistoryLayout& layout) {
  return layout.series_count() <= kSeriesMax && layout.places <= kPlacesMax &&
         layout.table_bytes <= kTableBytesMax && layout.minute_bytes <= kMinuteBytesMax &&
         layout.hour_bytes <= kHourBytesMax &&
         8 + layout.places * (4 + kOwnerBytesMax + 1) <= layout.table_bytes &&
         8 + layout.series_count() * 4 <= layout.minute_bytes &&
         12 + layout.series_count() * 16 <= layout.hour_bytes &&
         layout.place_of_table(2) <= layout.minutes_at && 4096 % layout.minute_bytes == 0;
}
static_assert(std::ranges::all_of(kHistoryLayouts, is_sound));

}  // namespace mainstay::agent
