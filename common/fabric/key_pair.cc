#include "common/fabric/key_pair.h"

#include <array>

#include <zmq.hpp>

#include "common/core/check.h"

namespace mainstay::fabric {

namespace {

using Z85 = std::array<char, 41>;  // 40 digits and a zero

std::array<std::byte, 32> from_z85(const Z85& text) {
  std::array<std::byte, 32> bytes{};
  CHECK(zmq_z85_decode(reinterpret_cast<std::uint8_t*>(bytes.data()), text.data()) != nullptr);
  return bytes;
}

}  // namespace

KeyPair make_link_keys() {
  Z85 key{};
  Z85 secret{};
  CHECK(zmq_curve_keypair(key.data(), secret.data()) == 0);
  return {.key = {from_z85(key)}, .secret = {from_z85(secret)}};
}

LinkKey public_key_of(const LinkSecret& secret) {
  Z85 secret_text{};
  Z85 key{};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(secret.value.data());
  CHECK(zmq_z85_encode(secret_text.data(), bytes, secret.value.size()) != nullptr);
  CHECK(zmq_curve_public(key.data(), secret_text.data()) == 0);
  return {from_z85(key)};
}

}  // namespace mainstay::fabric
