// 128 bits of a state's canonical form. Two words are mixed apart, so that a state taken for
// another one is less likely than a fault of the machine: n states collide with n^2 / 2^129. Source
// of the mixing: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators",
// OOPSLA 2014 (the finaliser of SplitMix64).
#pragma once

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>

#include "common/plan/host_message.h"

namespace mainstay::model {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  auto operator<=>(const Hash128&) const = default;
};

class Hash {
 public:
  Hash& add(std::uint64_t word) {
    value_.low = mix(value_.low ^ (word + 0x9e3779b97f4a7c15ULL));
    value_.high = mix(value_.high + (word ^ 0xd1b54a32d192ed03ULL) * 0x9e3779b97f4a7c15ULL);
    return *this;
  }
  template <class T>
    requires std::is_enum_v<T> || std::integral<T>
  Hash& operator<<(T value) {
    return add(static_cast<std::uint64_t>(value));
  }
  Hash& operator<<(Instant at) { return add(static_cast<std::uint64_t>(to_ms(at))); }
  Hash& operator<<(WallTime at) { return add(static_cast<std::uint64_t>(to_ms(at))); }
  Hash& operator<<(const Hash128& part) { return add(part.low).add(part.high); }
  Hash& operator<<(std::string_view text) {
    add(text.size());
    for (const char c : text) add(static_cast<unsigned char>(c));
    return *this;
  }
  Hash& operator<<(const HostId& host) { return *this << std::string_view(host.text()); }
  Hash& operator<<(const Health& health) {
    return *this << health.broken_packages << health.failed_units;
  }
  template <class Tag>
  Hash& operator<<(Number<Tag> number) {
    return add(number.value);
  }
  /// Digests and keys: their first 16 bytes tell them apart.
  template <class Tag>
  Hash& operator<<(const Bytes32<Tag>& id) {
    for (std::size_t word = 0; word < 2; ++word) {
      std::uint64_t bits = 0;
      for (std::size_t i = 0; i < 8; ++i) {
        bits = (bits << 8U) | std::to_integer<std::uint64_t>(id.value[8 * word + i]);
      }
      add(bits);
    }
    return *this;
  }
  Hash& operator<<(const AttemptId& attempt) {
    return *this << attempt.plan << attempt.step << attempt.host << attempt.number;
  }
  template <class T>
  Hash& operator<<(const std::optional<T>& value) {
    add(value ? 1 : 0);
    if (value) *this << *value;
    return *this;
  }
  [[nodiscard]] const Hash128& value() const { return value_; }

 private:
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

  Hash128 value_{.low = 1, .high = 2};
};

}  // namespace mainstay::model
