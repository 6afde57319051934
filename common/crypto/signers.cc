#include "common/crypto/signers.h"

namespace mainstay::crypto {

bool Ed25519Check::holds(const PublicKey& key, ByteView message, ByteView signature) const {
  return verify(key, message, signature);
}

}  // namespace mainstay::crypto
