#include "agent/collect/service/systemd_text.h"

#include <array>
#include <charconv>

namespace mainstay::agent::service {
namespace {

using std::chrono::seconds;

std::unexpected<Error> no_time(std::string_view what) {
  return fail(Fault::Malformed, "systemctl: a " + std::string(what) + " that is none");
}

/// All digits of a field of this width; -1 for anything else.
int number_at(std::string_view text, std::size_t at, std::size_t width) {
  int number = 0;
  const char* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + width, number);
  return error == std::errc() && end == begin + width && number >= 0 ? number : -1;
}

/// "2026-11-24 16:03:00", by places.
std::optional<WallTime> read_date(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00 00:00:00";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    if (kForm[at] != '0' && text[at] != kForm[at]) return std::nullopt;
  }
  const std::chrono::year_month_day day(
      std::chrono::year(number_at(text, 0, 4)),
      std::chrono::month(static_cast<unsigned>(number_at(text, 5, 2))),
      std::chrono::day(static_cast<unsigned>(number_at(text, 8, 2))));
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  const bool is_clock = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
                        second <= 60;  // a leap second
  if (number_at(text, 0, 4) < 1970 || !day.ok() || !is_clock) return std::nullopt;
  return WallTime(std::chrono::sys_days(day).time_since_epoch() + std::chrono::hours(hour) +
                  std::chrono::minutes(minute) + seconds(second));
}

struct SpanUnit {
  std::string_view name;
  double seconds;
};
// As systemd.time(7) has them: a month is 30.44 days, a year 365.25.
constexpr std::array<SpanUnit, 9> kSpanUnits = {{{"us", 1e-6},
                                                 {"ms", 1e-3},
                                                 {"s", 1},
                                                 {"min", 60},
                                                 {"h", 3600},
                                                 {"d", 86400},
                                                 {"w", 604800},
                                                 {"month", 2629800},
                                                 {"y", 31557600}}};
constexpr double kSpanSecondsMax = 31557600.0 * 1000;

/// Of "4.5s"; below zero if it is none.
double seconds_in(std::string_view word) {
  double amount = 0;
  const auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), amount, std::chars_format::fixed);
  if (error != std::errc() || !(amount >= 0) || word[0] == '-') return -1;
  const std::string_view name(end, static_cast<std::size_t>(word.data() + word.size() - end));
  for (const SpanUnit& unit : kSpanUnits) {
    if (unit.name == name) return amount * unit.seconds;
  }
  return -1;
}

}  // namespace

Result<std::optional<WallTime>> read_systemd_time(std::string_view text) {
  if (text.empty() || text == "n/a") return std::optional<WallTime>();
  if (text[0] == '@') {
    std::int64_t since = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 1, end, since);
    // Year 9999 is as far as any text of ours goes.
    if (error != std::errc() || stop != end || since < 0 || since > 253402300799) {
      return no_time("time");
    }
    return std::optional(WallTime(seconds(since)));
  }
  const std::size_t space = text.find(' ');
  if (space != 3 || !text.ends_with(" UTC")) return no_time("time");
  text = text.substr(4, text.size() - 8);
  const auto at = read_date(text.substr(0, text.find('.')));
  if (!at) return no_time("time");
  return at;
}

Result<std::optional<Duration>> read_systemd_span(std::string_view text) {
  if (text.empty() || text == "infinity") return std::optional<Duration>();
  if (text == "0") return std::optional(Duration(0));
  double total = 0;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const double part = space == 0 ? -1 : seconds_in(text.substr(0, space));
    if (part < 0) return no_time("span");
    total += part;
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  if (total > kSpanSecondsMax) return no_time("span");
  return std::optional(Duration(static_cast<Duration::rep>(total * 1000)));
}

}  // namespace mainstay::agent::service
