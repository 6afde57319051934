// Words that will stand for a value of each host. Refused until they do: a plan that was signed
// with one would come to mean something else.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace mainstay {

inline constexpr std::array<std::string_view, 3> kPlaceholders = {"@host", "@region", "@zone"};

/// Only as a whole word: `curl -d @host.json` is meant as it stands.
constexpr bool is_placeholder(std::string_view word) {
  return std::ranges::find(kPlaceholders, word) != kPlaceholders.end();
}

}  // namespace mainstay
