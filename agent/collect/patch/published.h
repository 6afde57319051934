// When an update was published, as a finding tells it.
#pragma once

#include <cstdint>

#include "common/plan/finding.h"

namespace mainstay::agent {

/// Adds a reading, and ", published 2026-11-02" to the text. Nothing where the seconds since 1970
/// are no date of the years until 9999, or are later than tomorrow: then it is not known.
void tell_published(Finding& finding, std::int64_t published, WallTime now);

}  // namespace mainstay::agent
