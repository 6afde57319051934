#include "common/crypto/signing_key.h"

#include <sodium/crypto_sign_ed25519.h>
#include <sodium/utils.h>

#include "common/core/check.h"
#include "common/crypto/octets.h"
#include "common/crypto/random.h"
#include "common/crypto/sodium_ready.h"
#include "common/ports/signer.h"

namespace mainstay::crypto {

static_assert(kSeedBytes == crypto_sign_ed25519_SEEDBYTES);
static_assert(kSignatureBytes == crypto_sign_ed25519_BYTES);
static_assert(sizeof(PublicKey::value) == crypto_sign_ed25519_PUBLICKEYBYTES);

SigningKey::SigningKey() : secret_(new Secret{}) {
  static_assert(sizeof(Secret) == crypto_sign_ed25519_SECRETKEYBYTES);
}

void SigningKey::Wipe::operator()(Secret* secret) const {
  sodium_memzero(secret->data(), secret->size());
  delete secret;
}

SigningKey SigningKey::generate() {
  std::array<std::byte, kSeedBytes> seed{};
  fill_random(seed);
  auto key = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  CHECK(key.has_value());
  return std::move(*key);
}

Result<SigningKey> SigningKey::from_seed(ByteView seed) {
  if (seed.size() != kSeedBytes) {
    return fail(Fault::Malformed,
                "an Ed25519 seed has 32 bytes, not " + std::to_string(seed.size()));
  }
  sodium_ready();
  SigningKey key;
  CHECK(crypto_sign_ed25519_seed_keypair(writable(key.public_key_.value), writable(*key.secret_),
                                         octets(seed)) == 0);
  return key;
}

Bytes SigningKey::sign(ByteView message) const {
  CHECK(secret_ != nullptr);  // which only from_seed makes: libsodium is ready
  Bytes signature(kSignatureBytes);
  CHECK(crypto_sign_ed25519_detached(writable(signature), nullptr, octets(message), message.size(),
                                     octets(*secret_)) == 0);
  return signature;
}

ByteView SigningKey::seed() const {
  CHECK(secret_ != nullptr);
  return ByteView(*secret_).first(kSeedBytes);
}

bool verify(const PublicKey& key, ByteView message, ByteView signature) {
  sodium_ready();
  return signature.size() == kSignatureBytes &&
         crypto_sign_ed25519_verify_detached(octets(signature), octets(message), message.size(),
                                             octets(key.view())) == 0;
}

}  // namespace mainstay::crypto
