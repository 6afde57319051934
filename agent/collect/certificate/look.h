// The verb `certificate` of mainstay-collect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/plan/finding.h"

namespace mainstay::agent::certificate {

/// False for wrong use.
bool look_at_certificates(const std::vector<std::string>& words, WallTime now,
                          SourceReport& report);

/// With the words of certificate.yaml.
std::string_view help_of_certificate();

}  // namespace mainstay::agent::certificate
