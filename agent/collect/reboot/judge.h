// Whether a reboot is needed and which services run replaced files, weighed: where two voices
// contradict each other, it is not proved, and both are named.
#pragma once

#include "agent/collect/reboot/evidence.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// One finding of topic Reboot, and one of topic Service for each service that runs replaced files.
/// Facts only where they are proved.
void judge_reboot(const RebootEvidence& evidence, SourceReport& report);

}  // namespace mainstay::agent
