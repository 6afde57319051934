// Old kernels and orphans as findings.
#pragma once

#include <string>

#include "common/plan/finding.h"

namespace mainstay::agent {

/// Asks apt-get, with a limit of time; `temporary` is a folder that it may write to, empty for the
/// usual one. Returns the bytes that may go without asking.
std::uint64_t add_unneeded(const std::string& temporary, SourceReport& report);

}  // namespace mainstay::agent
