// The machine itself, looked at: see judge.h for what is found.
#pragma once

#include "agent/collect/reboot/evidence.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// What was found is judged, and left to the caller.
RebootEvidence look_at_reboot(SourceReport& report);

}  // namespace mainstay::agent
