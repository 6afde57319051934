// The blocks of a history file as bytes: little endian, each with a CRC32C over all before it at
// its end, so that a block which was half written or rotted is known and costs only itself.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "agent/collect/history/series.h"
#include "common/core/bytes.h"

namespace mainstay::agent {

// The file: a header, two copies of the disk table, the minutes of 48 hours, the hours of 60 days.
// Stored; another layout needs another kHistoryVersion.
inline constexpr std::uint32_t kHistoryVersion = 1;
inline constexpr std::uint32_t kMinutesKept = 48U * 60;
inline constexpr std::uint32_t kHoursKept = 60U * 24;
inline constexpr std::size_t kHistoryHeaderBytes = 64;
inline constexpr std::size_t kDiskTableBytes = 2112;
inline constexpr std::size_t kMinuteBlockBytes = 128;  // so that none lies over the end of a page
inline constexpr std::size_t kHourBlockBytes = 384;
inline constexpr std::size_t kDiskTableAt = 512;
inline constexpr std::size_t kMinutesAt = 8192;
inline constexpr std::size_t kHoursAt = kMinutesAt + kMinutesKept * kMinuteBlockBytes;
inline constexpr std::size_t kHistoryBytes = kHoursAt + kHoursKept * kHourBlockBytes;
static_assert(kHistoryBytes <= 1024UL * 1024);
static_assert(kDiskTableAt + 2 * kDiskTableBytes <= kMinutesAt);
static_assert(8 + kSeriesCount * 4 <= kMinuteBlockBytes);
static_assert(12 + kSeriesCount * 16 <= kHourBlockBytes);
// An hour's minutes lie side by side.
static_assert(kMinutesKept % 60 == 0);

constexpr std::size_t place_of_minute(std::uint32_t minute) {
  return kMinutesAt + minute % kMinutesKept * kMinuteBlockBytes;
}
constexpr std::size_t place_of_hour(std::uint32_t hour) {
  return kHoursAt + hour % kHoursKept * kHourBlockBytes;
}

/// A disk's place in the series, and since when it has it: what is older is of another disk.
struct HistoryDisk {
  std::string mount;  // empty: the place is free
  std::uint32_t since_minute = 0;
  bool operator==(const HistoryDisk&) const = default;
};
inline constexpr std::size_t kHistoryMountBytesMax = 255;

/// Written to its two copies in turn: the whole one with the higher number counts.
struct DiskTable {
  std::uint32_t number = 0;
  std::array<HistoryDisk, kHistoryDisks> disks{};
};

enum class BlockState : std::uint8_t { Whole, Empty, Damaged };
/// Empty: nothing was ever written there, all its bytes are zero.
BlockState state_of_block(ByteView block);

using HeaderBlock = std::array<std::byte, kHistoryHeaderBytes>;
using DiskTableBlock = std::array<std::byte, kDiskTableBytes>;
using MinuteBlock = std::array<std::byte, kMinuteBlockBytes>;
using HourBlock = std::array<std::byte, kHourBlockBytes>;

HeaderBlock write_header();
DiskTableBlock write_disk_table(const DiskTable& table);
MinuteBlock write_minute(const MinuteValues& values);
HourBlock write_hour(const HourValues& values);

/// The file's version; nothing if this is no header.
std::optional<std::uint32_t> read_header(ByteView block);
// Nothing for what is empty, damaged or cannot be.
std::optional<DiskTable> read_disk_table(ByteView block);
std::optional<MinuteValues> read_minute(ByteView block);
std::optional<HourValues> read_hour(ByteView block);

}  // namespace mainstay::agent
