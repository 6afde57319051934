// `mainstay-collect resource [--history FILE]`.
#pragma once

#include <string>
#include <vector>

#include "common/core/time.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// False for wrong use.
bool look_at_resources(const std::vector<std::string>& words, WallTime now, SourceReport& report);

}  // namespace mainstay::agent
