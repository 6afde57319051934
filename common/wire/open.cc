#include "common/wire/open.h"

#include <algorithm>

#include "common/core/span_text.h"

namespace mainstay {
namespace {

Result<Signature> sign(const SignedDocument& document, Signer& signer) {
  TRY(const Bytes bytes, signer.sign(signed_bytes(document.context, document.payload)));
  Signature signature{.key = signer.key()};
  if (bytes.size() != signature.bytes.size()) {
    return fail(Fault::Malformed, "the signer's answer is no Ed25519 signature");
  }
  std::ranges::copy(bytes, signature.bytes.begin());
  return signature;
}

}  // namespace

Result<Verifier::Checked> Verifier::check(ByteView envelope, std::string_view context,
                                          std::span<const PublicKey> trusted) const {
  TRY(SignedDocument document, decode<SignedDocument>(envelope));
  if (document.context != context) {
    return fail(Fault::Denied, "signed as another kind of document than " + std::string(context));
  }
  const Bytes message = signed_bytes(context, document.payload);
  Checked checked;
  for (const Signature& signature : document.signatures) {
    // A key that was never set must not count, whatever a caller's list holds: anyone can sign for
    // the all-zero point of the curve.
    if (signature.key.is_zero()) continue;
    if (std::ranges::find(trusted, signature.key) == trusted.end()) continue;
    if (std::ranges::find(checked.signers, signature.key) != checked.signers.end()) continue;
    if (check_.holds(signature.key, message, signature.bytes)) {
      checked.signers.push_back(signature.key);
    }
  }
  if (checked.signers.empty()) {
    return fail(Fault::Denied, "not signed by a key that counts");
  }
  checked.payload = std::move(document.payload);
  return checked;
}

Status Verifier::expect_fresh(const DocumentHeader& header, WallTime now) {
  if (now < header.not_after) return {};
  return fail(Fault::Stale, "expired at " + utc_text(header.not_after));
}

Status Verifier::expect_known(const DocumentHeader& header) {
  const std::optional<Feature> unknown = unknown_feature(header);
  if (!unknown) return {};
  return fail(Fault::Denied,
              "needs feature " + std::to_string(*unknown) + ", which this version does not know");
}

Result<Bytes> seal(std::string_view context, ByteView payload, Signer& signer) {
  SignedDocument document{.context = std::string(context),
                          .payload = Bytes(payload.begin(), payload.end()),
                          .signatures = {}};
  TRY(const Signature signature, sign(document, signer));
  document.signatures.push_back(signature);
  return encode(document);
}

Result<Bytes> add_signature(ByteView envelope, Signer& signer) {
  TRY(SignedDocument document, decode<SignedDocument>(envelope));
  TRY(const Signature signature, sign(document, signer));
  std::erase_if(document.signatures,
                [&](const Signature& other) { return other.key == signature.key; });
  if (document.signatures.size() >= kSignaturesMax) {
    return fail(Fault::Denied, "the document has " + std::to_string(kSignaturesMax) +
                                   " signatures already, which is the most it can hold");
  }
  document.signatures.push_back(signature);
  return encode(document);
}

Result<SignedDocument> peek(ByteView envelope) {
  return decode<SignedDocument>(envelope);
}

}  // namespace mainstay
