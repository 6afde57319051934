// Instants as backup tools print them.
#pragma once

#include <string_view>

#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent::backup {

/// Which zone a text without one is in.
enum class ZonelessText { IsRefused, IsUtc };

/// RFC 3339, from 1970 to 9999: 2026-11-26T17:32:14.398178809Z, or an offset such as +01:00.
/// Fractions of a second are dropped.
Result<WallTime> read_instant(std::string_view text, ZonelessText zoneless);

}  // namespace mainstay::agent::backup
