#include "coordinator/cli/invocation.h"

#include <charconv>

namespace mainstay::cli {

namespace {

constexpr std::uint64_t kSpanMax = 100'000;  // of any unit; days: 270 years

}  // namespace

std::string Invocation::text(const std::string& name, std::string_view otherwise) const {
  const auto found = values.find(name);
  if (found == values.end() || found->second.empty()) return std::string(otherwise);
  return found->second.front();
}

std::vector<std::string> Invocation::all(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

Result<Duration> Invocation::duration(const std::string& name, Duration otherwise) const {
  if (!values.contains(name)) return otherwise;
  auto span = parse_duration(text(name));
  if (!span) return fail(Fault::Malformed, "--" + name + ": " + span.error().detail);
  return span;
}

Result<std::optional<std::uint64_t>> Invocation::count(const std::string& name) const {
  if (!values.contains(name)) return std::optional<std::uint64_t>{};
  const std::string word = text(name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) {
    return fail(Fault::Malformed, "--" + name + ": expected a whole number, found `" + word + "`");
  }
  return std::optional(number);
}

Result<Duration> parse_duration(std::string_view text) {
  std::uint64_t amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error == std::errc{} && amount <= kSpanMax) {
    const auto count = static_cast<std::int64_t>(amount);
    if (unit == "s") return Duration(std::chrono::seconds(count));
    if (unit == "m") return Duration(std::chrono::minutes(count));
    if (unit == "h") return Duration(std::chrono::hours(count));
    if (unit == "d") return Duration(std::chrono::hours(24 * count));
  }
  return fail(Fault::Malformed,
              "expected a time like 90s, 15m, 4h or 2d, found `" + std::string(text) + "`");
}

}  // namespace mainstay::cli
