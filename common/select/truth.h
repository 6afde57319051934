// Three-valued logic: a host is certainly in, certainly out, or undecided. The values are ordered,
// so that `and` is the lesser and `or` the greater. Source: S. C. Kleene, "On Notation for Ordinal
// Numbers", Journal of Symbolic Logic 3, 1938 (strong three-valued tables).
#pragma once

#include <algorithm>
#include <cstdint>

namespace mainstay {

enum class Truth : std::uint8_t { False = 0, Undecided = 1, True = 2 };

constexpr Truth truth_of(bool value) {
  return value ? Truth::True : Truth::False;
}
constexpr Truth negation(Truth value) {
  return static_cast<Truth>(2 - static_cast<int>(value));
}
constexpr Truth both(Truth left, Truth right) {
  return std::min(left, right);
}
constexpr Truth either(Truth left, Truth right) {
  return std::max(left, right);
}

}  // namespace mainstay
