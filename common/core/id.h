// Strong identifiers: two ids of different tags do not mix, compare or convert.
// Number ids are small counters; digest ids are 32 bytes; HostId is a checked name.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/bytes.h"

namespace mainstay {

/// A counter with a meaning: rollout number, roster number, term.
template <class Tag>
struct Number {
  std::uint32_t value = 0;
  auto operator<=>(const Number&) const = default;
};

/// 32 bytes with a meaning: a digest, a public key, a nonce.
template <class Tag>
struct Bytes32 {
  std::array<std::byte, 32> value{};
  auto operator<=>(const Bytes32&) const = default;
  [[nodiscard]] ByteView view() const { return value; }
  [[nodiscard]] bool is_zero() const { return *this == Bytes32{}; }
  /// Nothing unless there are exactly 32 bytes.
  static std::optional<Bytes32> from(ByteView bytes) {
    if (bytes.size() != 32) return std::nullopt;
    Bytes32 id;
    for (std::size_t i = 0; i < 32; ++i) id.value[i] = bytes[i];
    return id;
  }
};

using Digest = Bytes32<struct DigestTag>;        // SHA-256
using PublicKey = Bytes32<struct PublicKeyTag>;  // Ed25519: operator, dispatch, record
using LinkKey = Bytes32<struct LinkKeyTag>;      // Curve25519: a connection's key
using Nonce = Bytes32<struct NonceTag>;
using BootId = Bytes32<struct BootIdTag>;  // digest of the kernel's boot id

using Term = Number<struct TermTag>;
using RolloutId = Number<struct RolloutTag>;  // shown as R-118
using RosterNumber = Number<struct RosterTag>;
using ControlNumber = Number<struct ControlTag>;

/// A plan is named by the digest of its head; shown as P- and the first six digits.
using PlanId = Digest;

/// A host's name: 1 to 63 of [a-z0-9.-], first and last a letter or digit. Safe as a file name.
class HostId {
 public:
  HostId() = default;
  /// Nothing unless the text is a valid host name.
  static std::optional<HostId> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const HostId&) const = default;

 private:
  explicit HostId(std::string_view text) : text_(text) {}
  std::string text_;
};

std::string short_name(const PlanId& plan);  // P-7f3a9c
std::string short_name(RolloutId rollout);

}  // namespace mainstay
