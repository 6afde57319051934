#include "common/crypto/random.h"

#include <cerrno>

#include <sys/random.h>

#include "common/core/check.h"

namespace mainstay::crypto {

void fill_random(std::span<std::byte> bytes) {
  // Of the kernel itself: a library's generator takes memory in each process that draws a byte.
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    CHECK(got > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
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
