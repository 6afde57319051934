// Words that published lists have in common: severities, dates, and texts as people type them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/core/time.h"
#include "coordinator/core/vulnerability/feed.h"

namespace mainstay::coordinator {

/// ASCII only.
std::string lower_case(std::string_view text);
/// Without blanks and line ends around it.
std::string_view trimmed(std::string_view text);
/// "Important", "negligible", "medium**": Unknown for any other word.
Severity severity_of(std::string_view word);
/// 2026-11-23, 2026-11-23T20:00:00Z, 2026-11-23T20:00:00.123+02:00; without a zone it is UTC.
std::optional<WallTime> time_of(std::string_view text);
/// The first CVE id in a text such as "UBUNTU-CVE-2026-31337", or nothing.
std::string_view id_in(std::string_view text);

}  // namespace mainstay::coordinator
