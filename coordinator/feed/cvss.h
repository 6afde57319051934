// The severity that a CVSS vector of version 3 stands for.
#pragma once

#include <string_view>

#include "coordinator/core/vulnerability/feed.h"

namespace mainstay::coordinator {

/// "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H": Critical, since its base score is 9.8. What
/// comes behind the base metrics changes nothing. Unknown for a vector that is not whole, or does
/// no harm. Source: FIRST, "Common Vulnerability Scoring System v3.1: Specification Document",
/// 2019: section 5 (ratings), 7.1 (base score), 7.4 (weights), appendix A (rounding).
Severity severity_of_cvss(std::string_view vector);

}  // namespace mainstay::coordinator
