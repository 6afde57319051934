#include "common/crypto/signing_key.h"

#include "common/core/check.h"
#include "common/crypto/evp.h"
#include "common/crypto/random.h"
#include "common/ports/signer.h"

namespace mainstay::crypto {

void SigningKey::Wipe::operator()(evp_pkey_st* handle) const {
  EVP_PKEY_free(handle);  // clears the private half of an Ed25519 key before freeing it
}

SigningKey SigningKey::generate() {
  std::array<std::byte, kSeedBytes> seed{};
  fill_random(seed);
  auto key = from_seed(seed);
  OPENSSL_cleanse(seed.data(), seed.size());
  CHECK(key.has_value());
  return std::move(*key);
}

Result<SigningKey> SigningKey::from_seed(ByteView seed) {
  if (seed.size() != kSeedBytes) {
    return fail(Fault::Malformed,
                "an Ed25519 seed has 32 bytes, not " + std::to_string(seed.size()));
  }
  return from_handle(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(seed), seed.size()));
}

Result<SigningKey> SigningKey::from_handle(evp_pkey_st* owned) {
  SigningKey key;
  key.handle_.reset(owned);
  std::size_t size = key.public_key_.value.size();
  std::size_t private_size = 0;
  const bool usable =
      owned != nullptr && EVP_PKEY_get_id(owned) == EVP_PKEY_ED25519 &&
      EVP_PKEY_get_raw_private_key(owned, nullptr, &private_size) == 1 &&
      EVP_PKEY_get_raw_public_key(owned, writable(key.public_key_.value), &size) == 1 && size == 32;
  if (!usable) {
    ERR_clear_error();
    return fail(Fault::Malformed, "not a private Ed25519 key");
  }
  return key;
}

Bytes SigningKey::sign(ByteView message) const {
  CHECK(handle_ != nullptr);
  const DigestContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  // Ed25519 digests by itself and in one shot, so no digest is named.
  CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, handle_.get()) == 1);
  Bytes signature(kSignatureBytes);
  std::size_t size = signature.size();
  CHECK(EVP_DigestSign(context.get(), writable(signature), &size, octets(message),
                       message.size()) == 1);
  CHECK(size == kSignatureBytes);
  return signature;
}

bool verify(const PublicKey& key, ByteView message, ByteView signature) {
  if (signature.size() != kSignatureBytes) return false;
  const Pkey handle(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(key.view()), key.value.size()));
  const DigestContext context(EVP_MD_CTX_new());
  const bool holds =
      handle != nullptr && context != nullptr &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1 &&
      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                       message.size()) == 1;
  if (!holds) ERR_clear_error();
  return holds;
}

}  // namespace mainstay::crypto
