// The lifecycle of an attempt on its host, edge by edge.
#pragma once

#include <array>

#include "common/core/edges.h"
#include "common/plan/host_message.h"

namespace mainstay::executor {

inline constexpr std::array kAttemptEdges = {
    // Preflight passed and everything signed still holds: the intent is written.
    Edge<AttemptPhase>{AttemptPhase::Received, AttemptPhase::Intended},
    // Durably closed before an intent: drift, unfit, not allowed here, too late.
    Edge<AttemptPhase>{AttemptPhase::Received, AttemptPhase::Finished},
    // The shim's file exists.
    Edge<AttemptPhase>{AttemptPhase::Intended, AttemptPhase::Started},
    // The start was barred first, then closed: STOP, abort, or the permit ran out.
    Edge<AttemptPhase>{AttemptPhase::Intended, AttemptPhase::Finished},
    // Looked again, signed, synced.
    Edge<AttemptPhase>{AttemptPhase::Started, AttemptPhase::Finished},
    // The coordinator has it, synced.
    Edge<AttemptPhase>{AttemptPhase::Finished, AttemptPhase::Closed},
};
static_assert(all_reachable<AttemptPhase, 5>(kAttemptEdges, AttemptPhase::Received));

}  // namespace mainstay::executor
