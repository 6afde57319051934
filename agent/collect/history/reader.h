// A history as other programs read it, while the agent may be writing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/history/block.h"
#include "common/core/result.h"

namespace mainstay::agent {

struct History {
  HistoryLayout layout = kHostHistory;
  std::vector<MinuteValues> minutes;  // of the last 48 hours, in their order
  std::vector<HourValues> hours;      // of the last 60 days, in their order
  std::array<HistoryOwner, kPlacesMax> owners{};
  std::uint32_t damaged = 0;  // blocks that were left out
  std::uint32_t ahead = 0;    // blocks later than now, written under a clock that was wrong
};

/// Of a file's bytes, however many of them there are: what is whole counts.
History read_history_bytes(const HistoryLayout& layout, ByteView file, WallTime now);
/// Unavailable if there is no file, Malformed if it is none of this version and kind.
Result<History> read_history(const HistoryLayout& layout, const std::string& path, WallTime now);

/// The first value of an owner within the hour that ends with `minute`, in its own unit.
struct UsedLevel {
  std::uint32_t minute = 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
};
/// Hour by hour, the one that is going on too; empty if it has no place.
std::vector<UsedLevel> levels_of(const History& history, std::string_view owner);

}  // namespace mainstay::agent
