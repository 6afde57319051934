// Times and spans as systemd prints them, with TZ=UTC and LC_ALL=C.
#pragma once

#include <optional>
#include <string_view>

#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent::service {

/// "Tue 2026-11-24 16:03:00 UTC", with or without fractions, or "@1795536180". Nothing for "" and
/// "n/a", which is how systemd says never.
Result<std::optional<WallTime>> read_systemd_time(std::string_view text);

/// "1d 2h 3min 4.5s 6ms 7us", "0". Nothing for "" and "infinity".
Result<std::optional<Duration>> read_systemd_span(std::string_view text);

}  // namespace mainstay::agent::service
