// Instants as machines read them, in every JSON that leaves the programs.
#pragma once

#include <string>

#include "common/core/time.h"

namespace mainstay {

/// ISO 8601 in UTC: 2026-11-23T20:00:00Z.
std::string iso_text(WallTime at);

}  // namespace mainstay
