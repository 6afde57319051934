// Signatures as the shell needs them: who can make one, and whether one holds. Ed25519 throughout.
// What is signed is always a document with its context string in front; these ports see only bytes.
#pragma once

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay {

inline constexpr std::size_t kSignatureBytes = 64;  // Ed25519, RFC 8032

struct SignatureCheck {
  virtual ~SignatureCheck() = default;
  /// False for any other length than kSignatureBytes, and for a key that is no point of the curve.
  [[nodiscard]] virtual bool holds(const PublicKey& key, ByteView message,
                                   ByteView signature) const = 0;
};

/// May ask a person (ssh-agent with a touch key), so it may block and may be refused.
struct Signer {
  virtual ~Signer() = default;
  [[nodiscard]] virtual PublicKey key() const = 0;
  virtual Result<Bytes> sign(ByteView message) = 0;
};

}  // namespace mainstay
