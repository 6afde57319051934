// Whether a rollout has come to rest: it is over, or waits for a person whom it names.
#pragma once

#include "coordinator/core/rollout/hold.h"

namespace mainstay::sim {

/// Empty if it is at rest; else why it goes on. `links`: of the chain of rollouts that wait for
/// each other.
std::string why_goes_on(const coordinator::Outlook& outlook, const coordinator::Rollout& rollout,
                        int links = 0);

}  // namespace mainstay::sim
