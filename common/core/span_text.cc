#include "common/core/span_text.h"

#include <algorithm>
#include <cstddef>

namespace mainstay {
namespace {

std::int64_t whole_seconds(Duration span) {
  return std::max<std::int64_t>(0, span.count()) / 1000;
}

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::string span_text(Duration span) {
  // A unit is left only when two of the next are full ("38 m", "90 m", "2 h"): half the precision
  // would go if 119 minutes became one hour.
  const std::int64_t seconds = whole_seconds(span);
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 2 * 3600) return std::to_string(seconds / 60) + " m";
  if (seconds < 2 * 86400) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " d";
}

std::string age_text(Duration age) {
  return span_text(age) + " ago";
}

std::string running_text(Duration span) {
  const std::int64_t seconds = whole_seconds(span);
  const std::int64_t minutes = seconds / 60;
  if (minutes < 60) return std::to_string(minutes) + ':' + two_digits(seconds % 60);
  return std::to_string(minutes / 60) + ':' + two_digits(minutes % 60) + ':' +
         two_digits(seconds % 60);
}

std::string size_text(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {" KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  std::size_t unit = 0;
  while (unit < 5 && (bytes >> (10 * (unit + 2))) > 0) ++unit;
  const std::uint64_t size = std::uint64_t{1} << (10 * (unit + 1));
  // Ten times the remainder of the largest unit, 2^60, still fits 64 bits.
  return std::to_string(bytes / size) + '.' + std::to_string(bytes % size * 10 / size) +
         kUnits[unit];
}

std::string count_text(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string utc_text(WallTime at) {
  const std::chrono::sys_seconds seconds{
      std::chrono::floor<std::chrono::seconds>(at.time_since_epoch())};
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(seconds - day);
  const auto two = [](auto number) {
    const std::string text = std::to_string(number);
    return text.size() < 2 ? "0" + text : text;
  };
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day())) +
         " " + two(time.hours().count()) + ":" + two(time.minutes().count()) + ":" +
         two(time.seconds().count()) + " UTC";
}

}  // namespace mainstay
