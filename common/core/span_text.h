// Numbers as people read them: ages, running times, sizes, counts. Rounded down, so that an age
// never claims more than has passed. Pure; the exact forms of machines are elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "common/core/time.h"

namespace mainstay {

/// One unit: "4 s", "38 m", "2 h", "3 d". Negative spans, which a set clock can make, count as
/// zero.
std::string span_text(Duration span);
/// "4 s ago".
std::string age_text(Duration age);
/// Of something going on: "0:41", "12:05", "1:02:33".
std::string running_text(Duration span);
/// "3.2 GiB"; below 1 KiB whole bytes: "17 B".
std::string size_text(std::uint64_t bytes);
/// "1,204".
std::string count_text(std::int64_t count);

/// As people write it: 2026-11-23 20:00:00 UTC.
std::string utc_text(WallTime at);

}  // namespace mainstay
