// The verb `service` of mainstay-collect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/plan/finding.h"

namespace mainstay::agent::service {

/// Malformed, with the word that is wrong.
Status look_at_services(const std::vector<std::string>& words, WallTime now, SourceReport& report);

/// With the words of service.yaml.
std::string_view help_of_service();

}  // namespace mainstay::agent::service
