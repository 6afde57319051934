// Files that were deleted and are still open: their space comes back when the process ends.
#pragma once

#include <string>

#include "common/plan/finding.h"

namespace mainstay::agent {

/// Each file once, whoever holds it; `proc` is that of this host, or a fixture.
void add_deleted_open(const std::string& proc, SourceReport& report);

}  // namespace mainstay::agent
