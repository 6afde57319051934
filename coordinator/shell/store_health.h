// How the store is, as the views see it. Made by StoreWatch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/core/time.h"

namespace mainstay::coordinator {

/// What the store's README asks for: at a full map even erasing fails.
inline constexpr double kTruthUsedMax = 0.75;

struct StoreHealth {
  std::uint64_t cache_lost = 0;         // commits since the start of the process
  std::optional<WallTime> cache_since;  // while it is being lost
  std::string cache_reason = {};
  double truth_used = 0;  // of its map
};

}  // namespace mainstay::coordinator
