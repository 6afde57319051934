// The machine itself, looked at: see judge.h for what is found.
#pragma once

#include "common/plan/finding.h"

namespace mainstay::agent {

void look_at_reboot(SourceReport& report);

}  // namespace mainstay::agent
