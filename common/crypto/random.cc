#include "common/crypto/random.h"

#include <limits>

#include <openssl/rand.h>

#include "common/core/check.h"
#include "common/crypto/evp.h"

namespace mainstay::crypto {

void fill_random(std::span<std::byte> bytes) {
  CHECK(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  CHECK(RAND_bytes(writable(bytes), static_cast<int>(bytes.size())) == 1);
}

Bytes random_bytes(std::size_t count) {
  Bytes bytes(count);
  fill_random(bytes);
  return bytes;
}

Nonce random_nonce() {
  Nonce nonce;
  fill_random(nonce.value);
  return nonce;
}

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  fill_random(std::as_writable_bytes(std::span(&seed, 1)));
  return seed;
}

}  // namespace mainstay::crypto
