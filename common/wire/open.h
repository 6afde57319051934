// The only door to Verified<T>: opens signed documents, and makes them.
//
// 1. A signature counts once a key, only by a trusted key, only over this context and these bytes.
//    Whether the signers are enough, and of what role, is for the core to say.
// 2. The payload is decoded only after a signature held.
// 3. A required feature that this build does not know refuses the whole document.
#pragma once

#include <span>

#include "common/core/verified.h"
#include "common/ports/signer.h"
#include "common/wire/decode.h"

namespace mainstay {

class Verifier {
 public:
  explicit Verifier(const SignatureCheck& check) : check_(check) {}

  /// Denied: another context, no trusted signature, unknown feature. Stale: not_after is reached.
  template <class T>
  [[nodiscard]] Result<Verified<T>> open(ByteView envelope, std::string_view context,
                                         std::span<const PublicKey> trusted, WallTime now) const {
    TRY(Verified<T> document, open_stored<T>(envelope, context, trusted));
    TRY_STATUS(expect_fresh(document->header, now));
    return document;
  }

  /// For what was opened in time and stored since: all checks but not_after.
  template <class T>
  [[nodiscard]] Result<Verified<T>> open_stored(ByteView envelope, std::string_view context,
                                                std::span<const PublicKey> trusted) const {
    TRY(Checked checked, check(envelope, context, trusted));
    TRY(T value, decode<T>(checked.payload));
    TRY_STATUS(expect_known(value.header));
    return Verified<T>(std::move(value), Bytes(envelope.begin(), envelope.end()),
                       std::move(checked.signers));
  }

 private:
  struct Checked {
    Bytes payload;
    std::vector<PublicKey> signers;  // distinct, in the order of their signatures
  };
  [[nodiscard]] Result<Checked> check(ByteView envelope, std::string_view context,
                                      std::span<const PublicKey> trusted) const;
  static Status expect_fresh(const DocumentHeader& header, WallTime now);
  static Status expect_known(const DocumentHeader& header);

  const SignatureCheck& check_;
};

/// A new envelope with one signature.
Result<Bytes> seal(std::string_view context, ByteView payload, Signer& signer);
/// The same document with one signature more, or with this key's signature replaced.
Result<Bytes> add_signature(ByteView envelope, Signer& signer);
/// What the envelope says, trusted by nobody: for display, or to learn whom to ask.
Result<SignedDocument> peek(ByteView envelope);

}  // namespace mainstay
