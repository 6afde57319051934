#include "common/core/digest.h"

#include <sodium/crypto_hash_sha256.h>

#include "common/core/check.h"
#include "common/crypto/octets.h"
#include "common/crypto/sodium_ready.h"

namespace mainstay {

Digest sha256(ByteView bytes) {
  return sha256({bytes});
}

Digest sha256(std::initializer_list<ByteView> parts) {
  crypto::sodium_ready();
  crypto_hash_sha256_state state;
  CHECK(crypto_hash_sha256_init(&state) == 0);
  for (const ByteView part : parts) {
    CHECK(crypto_hash_sha256_update(&state, crypto::octets(part), part.size()) == 0);
  }
  Digest digest;
  CHECK(crypto_hash_sha256_final(&state, crypto::writable(digest.value)) == 0);
  return digest;
}

}  // namespace mainstay
