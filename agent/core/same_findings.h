// Whether a look found what was told before, so that there is nothing to tell.
#pragma once

#include "common/core/time.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// `elapsed` is what lies between the two looks. To be compared is what was told, not the look
/// before: else a slow change would never be told.
bool same_findings(const SourceReport& now, const SourceReport& told, Duration elapsed);

}  // namespace mainstay::agent
