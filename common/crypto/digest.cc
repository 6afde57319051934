#include "common/core/digest.h"

#include <openssl/sha.h>

#include "common/core/check.h"
#include "common/crypto/evp.h"

namespace mainstay {

Digest sha256(ByteView bytes) {
  Digest digest;
  CHECK(SHA256(crypto::octets(bytes), bytes.size(), crypto::writable(digest.value)) != nullptr);
  return digest;
}

Digest sha256(std::initializer_list<ByteView> parts) {
  const crypto::DigestContext context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  for (const ByteView part : parts) {
    CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  Digest digest;
  CHECK(EVP_DigestFinal_ex(context.get(), crypto::writable(digest.value), nullptr) == 1);
  return digest;
}

}  // namespace mainstay
