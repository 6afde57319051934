#include "coordinator/feed/words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace mainstay::coordinator {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Red Hat's four, Debian's urgencies, Ubuntu's priorities.
constexpr std::array<std::pair<std::string_view, Severity>, 9> kSeverityWords = {{
    {"critical", Severity::Critical},
    {"high", Severity::High},
    {"important", Severity::High},
    {"low", Severity::Low},
    {"medium", Severity::Medium},
    {"minor", Severity::Low},
    {"moderate", Severity::Medium},
    {"negligible", Severity::Low},
    {"unimportant", Severity::Low},
}};

/// `digits` digits at `at`, and nothing else; -1 for anything but digits.
int number_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int number = 0;
  const char* end = text.data() + at + digits;
  const auto read = std::from_chars(text.data() + at, end, number);
  return read.ec == std::errc{} && read.ptr == end ? number : -1;
}

/// Seconds of the day, with its zone; nothing behind the date is midnight.
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
  if (text.empty()) return std::chrono::seconds{0};
  const int hours = number_at(text, 1, 2);
  const int minutes = number_at(text, 4, 2);
  const int seconds = number_at(text, 7, 2);
  if (hours < 0 || minutes < 0 || seconds < 0) return std::nullopt;
  if (hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  const std::chrono::seconds local =
      std::chrono::hours{hours} + std::chrono::minutes{minutes} + std::chrono::seconds{seconds};
  const std::size_t sign = text.find_first_of("+-", 9);
  if (sign == text.npos) return local;
  const int zone_hours = number_at(text, sign + 1, 2);
  const int zone_minutes = number_at(text, sign + 4, 2);
  if (zone_hours < 0 || zone_minutes < 0) return local;
  const std::chrono::seconds zone =
      std::chrono::hours{zone_hours} + std::chrono::minutes{zone_minutes};
  return text[sign] == '+' ? local - zone : local + zone;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

Severity severity_of(std::string_view word) {
  std::string lower = lower_case(trimmed(word));
  while (lower.ends_with('*')) lower.pop_back();
  const auto* found =
      std::ranges::find(kSeverityWords, lower, [](const auto& entry) { return entry.first; });
  return found == kSeverityWords.end() ? Severity::Unknown : found->second;
}

std::optional<WallTime> time_of(std::string_view text) {
  text = trimmed(text);
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  if (year < 1970 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  const auto time = time_of_day(text.substr(10));
  if (!date.ok() || !time) return std::nullopt;
  const auto at = std::chrono::sys_days{date}.time_since_epoch() + *time;
  return WallTime{std::max<Duration>(at, Duration{0})};
}

std::string_view id_in(std::string_view text) {
  const std::size_t start = text.find("CVE-");
  if (start == text.npos) return {};
  text.remove_prefix(start);
  text = text.substr(0, text.find_first_not_of("CVE-0123456789"));
  return is_vulnerability_id(text) ? text : std::string_view{};
}

}  // namespace mainstay::coordinator
