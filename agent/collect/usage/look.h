// `mainstay-collect usage [--state DIR]`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/core/time.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// Malformed, with the word that is wrong. Makes this process the last in every queue first.
Status look_at_usage(const std::vector<std::string>& words, WallTime now, SourceReport& report);

/// With what is told.
std::string_view help_of_usage();

}  // namespace mainstay::agent
