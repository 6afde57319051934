// Old kernels and orphans as findings.
#pragma once

#include "common/plan/finding.h"

namespace mainstay::agent {

/// Asks apt-get, with a limit of time. Returns the bytes that may go without asking.
std::uint64_t add_unneeded(SourceReport& report);

}  // namespace mainstay::agent
