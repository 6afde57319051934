// `mainstay-collect resource [--history FILE]`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/core/time.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// Malformed, with the word that is wrong.
Status look_at_resources(const std::vector<std::string>& words, WallTime now, SourceReport& report);

/// With what is judged.
std::string_view help_of_resource();

}  // namespace mainstay::agent
