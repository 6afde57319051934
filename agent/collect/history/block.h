// The blocks of a history file as bytes: little endian, each with a CRC32C over all before it at
// its end, so that a block which was half written or rotted is known and costs only itself.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "agent/collect/history/series.h"
#include "common/core/bytes.h"

namespace mainstay::agent {

/// Whose a place in the series is, and since when: what is older is another owner's.
struct HistoryOwner {
  std::string name;  // a mount point or a unit; empty: the place is free
  std::uint32_t since_minute = 0;
  bool operator==(const HistoryOwner&) const = default;
};

/// Written to its two copies in turn: the whole one with the higher number counts.
struct OwnerTable {
  std::uint32_t number = 0;
  std::array<HistoryOwner, kPlacesMax> owners{};  // as many as the layout has places
};

struct HistoryHeader {
  std::uint32_t version = kHistoryVersion;
  HistoryKind kind = HistoryKind::Host;
  bool operator==(const HistoryHeader&) const = default;
};

enum class BlockState : std::uint8_t { Whole, Empty, Damaged };
/// Empty: nothing was ever written there, all its bytes are zero.
BlockState state_of_block(ByteView block);

// Each fills the block that it is given, which has the layout's size for it.
void write_header(HistoryHeader header, std::span<std::byte> block);
void write_owners(const HistoryLayout& layout, const OwnerTable& table, std::span<std::byte> block);
void write_minute(const HistoryLayout& layout, const MinuteValues& values,
                  std::span<std::byte> block);
void write_hour(const HistoryLayout& layout, const HourValues& values, std::span<std::byte> block);

// Nothing for what is empty, damaged or cannot be.
std::optional<HistoryHeader> read_header(ByteView block);
std::optional<OwnerTable> read_owners(const HistoryLayout& layout, ByteView block);
std::optional<MinuteValues> read_minute(const HistoryLayout& layout, ByteView block);
std::optional<HourValues> read_hour(const HistoryLayout& layout, ByteView block);

/// The minute that a block says it is of, if its sum is right; to pass over most without summing.
std::uint32_t minute_claimed(ByteView block);

}  // namespace mainstay::agent
