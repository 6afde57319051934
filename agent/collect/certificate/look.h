// The verb `certificate` of mainstay-collect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/plan/finding.h"

namespace mainstay::agent::certificate {

/// Malformed, with the word that is wrong.
Status look_at_certificates(const std::vector<std::string>& words, WallTime now,
                            SourceReport& report);

/// With the words of certificate.yaml.
std::string_view help_of_certificate();

}  // namespace mainstay::agent::certificate
