// Members of plain structs without naming them, for tests alone: equality and random values of any
// struct, so that a member which a codec forgets is found without a test that names it.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace mainstay::reflect {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsArray = false;
template <class T, std::size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;
template <class T>
inline constexpr bool kIsVariant = false;
template <class... T>
inline constexpr bool kIsVariant<std::variant<T...>> = true;

/// Stands for a member of any type; an optional is left to its own constructor, for else there
/// would be two ways.
struct Anything {
  template <class T>
    requires(!kIsOptional<T>)
  operator T() const;  // NOLINT(google-explicit-constructor)
};

template <class T, std::size_t... Place>
constexpr bool takes(std::index_sequence<Place...>) {
  return requires { T{((void)Place, Anything{})...}; };
}

template <class T, std::size_t Count = 0>
constexpr std::size_t member_count() {
  if constexpr (takes<T>(std::make_index_sequence<Count + 1>())) {
    return member_count<T, Count + 1>();
  } else {
    return Count;
  }
}

/// Calls `see` with all members at once.
template <class T, class See>
void with_members(T& value, See see) {
  constexpr std::size_t kCount = member_count<std::remove_const_t<T>>();
  static_assert(kCount <= 16, "add a case");
  if constexpr (kCount == 0) {
    see();
  } else if constexpr (kCount == 1) {
    auto& [a] = value;
    see(a);
  } else if constexpr (kCount == 2) {
    auto& [a, b] = value;
    see(a, b);
  } else if constexpr (kCount == 3) {
    auto& [a, b, c] = value;
    see(a, b, c);
  } else if constexpr (kCount == 4) {
    auto& [a, b, c, d] = value;
    see(a, b, c, d);
  } else if constexpr (kCount == 5) {
    auto& [a, b, c, d, e] = value;
    see(a, b, c, d, e);
  } else if constexpr (kCount == 6) {
    auto& [a, b, c, d, e, f] = value;
    see(a, b, c, d, e, f);
  } else if constexpr (kCount == 7) {
    auto& [a, b, c, d, e, f, g] = value;
    see(a, b, c, d, e, f, g);
  } else if constexpr (kCount == 8) {
    auto& [a, b, c, d, e, f, g, h] = value;
    see(a, b, c, d, e, f, g, h);
  } else if constexpr (kCount == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = value;
    see(a, b, c, d, e, f, g, h, i);
  } else if constexpr (kCount == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = value;
    see(a, b, c, d, e, f, g, h, i, j);
  } else if constexpr (kCount == 11) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = value;
    see(a, b, c, d, e, f, g, h, i, j, k);
  } else if constexpr (kCount == 12) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value;
    see(a, b, c, d, e, f, g, h, i, j, k, l);
  } else if constexpr (kCount == 13) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value;
    see(a, b, c, d, e, f, g, h, i, j, k, l, m);
  } else if constexpr (kCount == 14) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value;
    see(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  } else if constexpr (kCount == 15) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value;
    see(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  } else if constexpr (kCount == 16) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value;
    see(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  }
}

template <class T>
bool same(const T& a, const T& b) {
  if constexpr (kIsVector<T> || kIsArray<T>) {
    if (a.size() != b.size()) return false;
    for (std::size_t place = 0; place < a.size(); ++place) {
      if (!same(a[place], b[place])) return false;
    }
    return true;
  } else if constexpr (kIsOptional<T>) {
    return a.has_value() == b.has_value() && (!a.has_value() || same(*a, *b));
  } else if constexpr (kIsVariant<T>) {
    if (a.index() != b.index()) return false;
    return std::visit(
        [&](const auto& member) {
          return same(member, std::get<std::remove_cvref_t<decltype(member)>>(b));
        },
        a);
  } else if constexpr (std::equality_comparable<T>) {
    return a == b;
  } else {
    bool equal = true;
    with_members(a, [&](const auto&... of_a) {
      with_members(b, [&](const auto&... of_b) { equal = (same(of_a, of_b) && ...); });
    });
    return equal;
  }
}

}  // namespace mainstay::reflect
