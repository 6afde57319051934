// An hour out of its minutes.
#pragma once

#include <span>

#include "agent/collect/history/series.h"

namespace mainstay::agent {

/// Takes the minutes that lie within `hour`; no more than 60 are looked at.
HourValues summary_of(const HistoryLayout& layout, std::uint32_t hour,
                      std::span<const MinuteValues> minutes);

/// Of any number of values, none of them kNoValue; sorts them.
HourSummary summary_of_values(std::span<std::uint32_t> values);

}  // namespace mainstay::agent
