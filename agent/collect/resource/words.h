// The words and numbers of the kernel's text files, taken from the front of a text. Nothing here
// allocates: the agent reads with them each ten seconds.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace mainstay::agent {

/// Up to the next line end, which is taken too; what lacks its line end was cut and is no line.
inline std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

/// The next word, parted by spaces and tabs; empty at the end.
inline std::string_view take_word(std::string_view& text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return text = {};
  text.remove_prefix(start);
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

/// The whole word is a number that fits, or it is none.
inline std::optional<std::uint64_t> number_of(std::string_view word) {
  std::uint64_t number = 0;
  const auto [at, error] = std::from_chars(word.begin(), word.end(), number);
  if (error != std::errc() || at != word.end()) return std::nullopt;
  return number;
}

/// "1.25" as 125: exactly two digits behind the point, as the kernel writes loads and pressures.
inline std::optional<std::uint64_t> hundredths_of(std::string_view word) {
  const std::size_t point = word.find('.');
  if (point == std::string_view::npos || word.size() != point + 3) return std::nullopt;
  const auto whole = number_of(word.substr(0, point));
  const auto rest = number_of(word.substr(point + 1));
  if (!whole || !rest || *whole > UINT32_MAX) return std::nullopt;
  return *whole * 100 + *rest;
}

}  // namespace mainstay::agent
