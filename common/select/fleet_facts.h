// The facts and flags that selectors over the fleet may name. The first kFactCount are the facts of
// common/plan/host_message.h in their order; the flags behind them are the coordinator's own words.
#pragma once

#include <array>

#include "common/select/fact.h"

namespace mainstay {

inline constexpr std::array<FactKind, 26> kFleetFacts = {{
    {"patch.security", FactType::Integer},
    {"patch.total", FactType::Integer},
    {"patch.held", FactType::Integer},
    {"patch.broken", FactType::Integer},
    {"patch.lists_age", FactType::TimeSpan},
    {"disk.free_percent", FactType::Integer},
    {"executor.present", FactType::Flag},
    {"uptime", FactType::TimeSpan},
    {"reboot.needed", FactType::Flag},
    {"service.failed", FactType::Integer},
    {"service.old_code", FactType::Integer},
    {"updaters.other", FactType::Integer},
    {"disk.inodes_free_percent", FactType::Integer},
    {"disk.full_in", FactType::TimeSpan},
    {"memory.available_percent", FactType::Integer},
    {"memory.total", FactType::Integer},
    {"cpu.count", FactType::Integer},
    {"cpu.load_percent", FactType::Integer},
    {"clock.synchronised", FactType::Flag},
    {"backup.age", FactType::TimeSpan},
    {"backup.refuted", FactType::Integer},
    {"certificate.left", FactType::TimeSpan},
    {"usage.cleanable", FactType::Integer},
    {"live", FactType::Flag},
    {"silent", FactType::Flag},
    {"parked", FactType::Flag},
}};

}  // namespace mainstay
