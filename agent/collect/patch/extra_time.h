// How long a question to a package manager may take whose answer a look can be without: a source is
// given up with all that it has found if it takes longer than a minute.
#pragma once

#include <algorithm>

#include "common/core/time.h"

namespace mainstay::agent {

// The rest of the minute is for what is done with the answers, and for rpm's list.
inline constexpr Duration kExtraUntil = std::chrono::seconds(45);

/// Zero if it is too late to ask.
constexpr Duration extra_time(Instant began, Instant now) {
  return std::max(kExtraUntil - (now - began), Duration::zero());
}

}  // namespace mainstay::agent
