// Which format a file has, by what it begins with.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::coordinator {

enum class FeedFormat : std::uint8_t { Tracker, Osv, Oval, Exploited, ExploitedLines, Findings };

/// Malformed, saying what is read, for anything else.
Result<FeedFormat> format_of(std::string_view bytes);

}  // namespace mainstay::coordinator
