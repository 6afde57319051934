// An Ed25519 key pair, and the check of a signature. The private half is wiped when the key is
// destroyed.
#pragma once

#include <array>
#include <memory>

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay::crypto {

inline constexpr std::size_t kSeedBytes = 32;  // the private key of RFC 8032

class SigningKey {
 public:
  static SigningKey generate();
  /// The caller wipes the seed. Malformed unless it has kSeedBytes bytes.
  static Result<SigningKey> from_seed(ByteView seed);

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  /// 64 bytes; the same for the same message.
  [[nodiscard]] Bytes sign(ByteView message) const;
  /// For key_file.cc: kSeedBytes bytes inside this object's memory. Whoever copies them wipes the
  /// copy.
  [[nodiscard]] ByteView seed() const;

 private:
  using Secret = std::array<std::byte, 64>;  // the seed, and the public key behind it
  struct Wipe {
    void operator()(Secret* secret) const;
  };
  SigningKey();

  std::unique_ptr<Secret, Wipe> secret_;
  PublicKey public_key_;
};

/// Any thread. False for a wrong length as for a wrong signature, for an S that is not below the
/// order of the group, and for a key or an R of small order, under which more than one message
/// holds.
[[nodiscard]] bool verify(const PublicKey& key, ByteView message, ByteView signature);

}  // namespace mainstay::crypto
