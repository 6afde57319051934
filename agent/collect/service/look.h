// The verb `service` of mainstay-collect.
#pragma once

#include <string>
#include <vector>

#include "common/plan/finding.h"

namespace mainstay::agent::service {

/// False for wrong use.
bool look_at_services(const std::vector<std::string>& words, WallTime now, SourceReport& report);

}  // namespace mainstay::agent::service
