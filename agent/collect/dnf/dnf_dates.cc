#include "agent/collect/dnf/dnf_dates.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace mainstay::agent {
namespace {

constexpr std::size_t kDatesMax = 50'000;

/// What is behind "  Update ID: ": keys stand on the right of their column. Lines that go on have
/// none.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  const std::size_t start = line.find_first_not_of(' ');
  if (start == line.npos || !line.substr(start).starts_with(key)) return std::nullopt;
  line.remove_prefix(start + key.size());
  if (!line.starts_with(": ")) return std::nullopt;
  return line.substr(2);
}

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  const char* end = text.data() + at + digits;
  const auto read = std::from_chars(text.data() + at, end, value);
  if (read.ec != std::errc() || read.ptr != end || value < 0) return std::nullopt;
  return value;
}

/// "2026-11-01 10:00:00"
std::optional<std::int64_t> seconds_of(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd dd:dd:dd";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (kForm[at] != 'd' && text[at] != kForm[at]) return std::nullopt;
  }
  const auto year = number_at(text, 0, 4);
  const auto month = number_at(text, 5, 2);
  const auto day = number_at(text, 8, 2);
  const auto hour = number_at(text, 11, 2);
  const auto minute = number_at(text, 14, 2);
  const auto second = number_at(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch();
  return std::chrono::seconds(days).count() + (*hour * 60 + *minute) * 60 + *second;
}

}  // namespace

DnfDates read_dnf_dates(std::string_view text) {
  DnfDates dates;
  std::string_view advisory;
  while (!text.empty() && dates.size() < kDatesMax) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with('=')) advisory = {};
    if (const auto id = value_of(line, "Update ID")) advisory = *id;
    const auto updated = value_of(line, "Updated");
    if (!updated || advisory.empty()) continue;
    if (const auto seconds = seconds_of(*updated)) dates.emplace(advisory, *seconds);
  }
  return dates;
}

}  // namespace mainstay::agent
