#include "agent/collect/history/summary.h"

#include <algorithm>

namespace mainstay::agent {

HourSummary summary_of_values(std::span<std::uint32_t> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  std::uint64_t sum = 0;
  for (const std::uint32_t value : values) sum += value;
  // Nearest rank: the smallest value that 95 % are not above. Source: R. J. Hyndman and Y. Fan,
  // "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), definition 1.
  const std::size_t rank = (values.size() * 95 + 99) / 100;
  return {.min = values.front(),
          .mean = static_cast<std::uint32_t>(sum / values.size()),
          .p95 = values[rank - 1],
          .max = values.back()};
}

HourValues summary_of(const HistoryLayout& layout, std::uint32_t hour,
                      std::span<const MinuteValues> minutes) {
  HourValues summary{.hour = hour};
  for (std::size_t series = 0; series < layout.series_count(); ++series) {
    std::array<std::uint32_t, 60> values{};
    std::size_t count = 0;
    std::uint32_t seen = 0;
    for (const MinuteValues& minute : minutes) {
      if (minute.minute / 60 != hour || seen == values.size()) continue;
      ++seen;
      if (minute.values[series] != kNoValue) values[count++] = minute.values[series];
    }
    summary.minutes = seen;
    summary.series[series] = summary_of_values(std::span(values).first(count));
  }
  return summary;
}

}  // namespace mainstay::agent
