// When advisories were published, out of what `dnf updateinfo info` prints for people.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace mainstay::agent {

using DnfDates = std::map<std::string, std::int64_t>;  // by advisory: seconds since 1970

/// Only what is surely a date: the rest is not known. dnf must have been asked with TZ=UTC.
DnfDates read_dnf_dates(std::string_view text);

}  // namespace mainstay::agent
