// The facts and flags that selectors over the fleet may name. The first kFactCount are the facts of
// common/plan/host_message.h in their order; the flags behind them are the coordinator's own words.
#pragma once

#include <array>

#include "common/select/fact.h"

namespace mainstay {

inline constexpr std::array<FactKind, 11> kFleetFacts = {{
    {"patch.security", FactType::Integer},
    {"patch.total", FactType::Integer},
    {"patch.held", FactType::Integer},
    {"patch.broken", FactType::Integer},
    {"patch.lists_age", FactType::TimeSpan},
    {"disk.free_percent", FactType::Integer},
    {"executor.present", FactType::Flag},
    {"uptime", FactType::TimeSpan},
    {"live", FactType::Flag},
    {"silent", FactType::Flag},
    {"parked", FactType::Flag},
}};

}  // namespace mainstay
