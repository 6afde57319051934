// An Ed25519 key pair, and the check of a signature. The private half stays in OpenSSL's memory and
// is wiped when the key is destroyed.
#pragma once

#include <memory>

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/result.h"

struct evp_pkey_st;

namespace mainstay::crypto {

inline constexpr std::size_t kSeedBytes = 32;  // the private key of RFC 8032

class SigningKey {
 public:
  static SigningKey generate();
  /// The caller wipes the seed. Malformed unless it has kSeedBytes bytes.
  static Result<SigningKey> from_seed(ByteView seed);
  /// Takes over the handle. Malformed unless it holds a private Ed25519 key.
  static Result<SigningKey> from_handle(evp_pkey_st* owned);

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  /// 64 bytes; the same for the same message.
  [[nodiscard]] Bytes sign(ByteView message) const;
  /// For key_file.cc.
  [[nodiscard]] evp_pkey_st* handle() const { return handle_.get(); }

 private:
  struct Wipe {
    void operator()(evp_pkey_st* handle) const;
  };
  SigningKey() = default;

  std::unique_ptr<evp_pkey_st, Wipe> handle_;
  PublicKey public_key_;
};

/// Any thread. False for a wrong length as for a wrong signature.
[[nodiscard]] bool verify(const PublicKey& key, ByteView message, ByteView signature);

}  // namespace mainstay::crypto
