#include "common/select/value.h"

#include <charconv>
#include <limits>
#include <span>

#include "common/core/check.h"

namespace mainstay {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t size;
};

// Both from large to small, so that the first that divides is the one to print.
constexpr Unit kDurationUnits[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
constexpr Unit kByteUnits[] = {{"PiB", std::int64_t{1} << 50U}, {"TiB", std::int64_t{1} << 40U},
                               {"GiB", std::int64_t{1} << 30U}, {"MiB", std::int64_t{1} << 20U},
                               {"KiB", std::int64_t{1} << 10U}, {"B", 1}};

std::optional<std::int64_t> parse_measure(std::string_view text, std::span<const Unit> units) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
  const auto number = parse_integer(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (unit.name != text.substr(digits)) continue;
    if (*number > std::numeric_limits<std::int64_t>::max() / unit.size) return std::nullopt;
    return *number * unit.size;
  }
  return std::nullopt;
}

std::string measure_text(std::int64_t value, std::span<const Unit> units) {
  CHECK(value >= 0);
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.size == 0) {
      return std::to_string(value / unit.size) + std::string(unit.name);
    }
  }
  return "0";
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Duration> parse_duration(std::string_view text) {
  const auto value = parse_measure(text, kDurationUnits);
  if (!value) return std::nullopt;
  return Duration(*value);
}

std::optional<std::int64_t> parse_byte_count(std::string_view text) {
  return parse_measure(text, kByteUnits);
}

std::string duration_text(Duration duration) {
  return duration.count() == 0 ? "0s" : measure_text(duration.count(), kDurationUnits);
}

std::string byte_count_text(std::int64_t bytes) {
  return bytes == 0 ? "0B" : measure_text(bytes, kByteUnits);
}

std::string_view value_example(FactType type) {
  switch (type) {
    case FactType::Integer:
      return "a whole number";
    case FactType::TimeSpan:
      return "a duration such as 26h";
    case FactType::ByteSize:
      return "a size such as 10GiB";
    case FactType::Flag:
      return "a flag, which stands alone";
    case FactType::Word:
      return "a word or a quoted string";
  }
  CHECK(!"no such type");
  return {};
}

}  // namespace mainstay
