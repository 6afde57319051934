// The gate's own bound on disruptive starts (I10), counted apart from the coordinator's: a
// coordinator that lost its mind, or was stolen, still starts no faster than this.
#pragma once

#include <cstdint>
#include <deque>

#include "common/core/time.h"

namespace mainstay {

class StartLimiter {
 public:
  explicit StartLimiter(std::uint32_t per_minute) : per_minute_(per_minute) {}

  /// Whether so many more may start now; if so they are counted. All or none.
  bool admit(std::size_t starts, Instant now);

 private:
  std::uint32_t per_minute_;
  std::deque<Instant> recent_;  // at most per_minute_, oldest first
};

}  // namespace mainstay
