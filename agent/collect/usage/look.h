// `mainstay-collect usage [--state DIR]`.
#pragma once

#include <string>
#include <vector>

#include "common/core/time.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// False for wrong use. Makes this process the last in every queue first.
bool look_at_usage(const std::vector<std::string>& words, WallTime now, SourceReport& report);

}  // namespace mainstay::agent
