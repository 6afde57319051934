#include "common/plan/document.h"

#include <algorithm>

#include "common/wire/decode.h"
#include "common/wire/message.h"
#include "common/wire/shared.h"

namespace mainstay {

void write(schema::Header::Builder to, const DocumentHeader& from) {
  auto features = to.initRequires(count_of(from.required_features));
  unsigned place = 0;
  for (const Feature feature : from.required_features) features.set(place++, feature);
  to.setNotAfterMs(ms_of(from.not_after));
}

DocumentHeader read(schema::Header::Reader from, Complaint& complaint) {
  DocumentHeader header;
  const auto features = from.getRequires();
  if (features.size() > kFeaturesMax) {
    complaint.add("requires", "has too many entries");
  } else {
    for (const Feature feature : features) header.required_features.push_back(feature);
  }
  expect_ascending(header.required_features, "requires", complaint);
  header.not_after = read_wall(from.getNotAfterMs(), "not after", complaint);
  return header;
}

void write(schema::Part::Builder to, const Part& from) {
  to.setWhole(data_of(from.whole));
  to.setIndex(from.index);
  to.setCount(from.count);
  to.setBytes(data_of(ByteView(from.bytes)));
}

Part read(schema::Part::Reader from, Complaint& complaint) {
  Part part{.whole = read_id<Digest>(from.getWhole(), "whole", complaint),
            .index = from.getIndex(),
            .count = from.getCount(),
            .bytes = read_bytes(from.getBytes(), {"part", kPartBytesMax}, complaint)};
  // No part at all, as in a reply without data, is index 0 of 0.
  const bool none = part.index == 0 && part.count == 0 && part.bytes.empty();
  if (!none && (part.index >= part.count || part.count > kPartsMax)) {
    complaint.add("part", "has a number beyond its count");
  }
  return part;
}

void write(schema::Signature::Builder to, const Signature& from) {
  to.setKey(data_of(from.key));
  to.setBytes(data_of(ByteView(from.bytes)));
}

Signature read(schema::Signature::Reader from, Complaint& complaint) {
  Signature signature{.key = read_id<PublicKey>(from.getKey(), "key", complaint)};
  const Bytes bytes = read_bytes(from.getBytes(), {"signature", signature.bytes.size()}, complaint);
  if (bytes.size() != signature.bytes.size()) {
    complaint.add("signature", "is not 64 bytes");
    return signature;
  }
  std::ranges::copy(bytes, signature.bytes.begin());
  return signature;
}

void write(schema::SignedDocument::Builder to, const SignedDocument& from) {
  to.setContext(text_of(from.context));
  to.setPayload(data_of(ByteView(from.payload)));
  write_list(to.initSignatures(count_of(from.signatures)), from.signatures);
}

SignedDocument read(schema::SignedDocument::Reader from, Complaint& complaint) {
  return {.context = read_text(from.getContext(), {"context", kLabelBytesMax}, complaint),
          .payload = read_bytes(from.getPayload(), {"payload", kAdmittedBytesMax}, complaint),
          .signatures = read_list<Signature>(from.getSignatures(), {"signatures", kSignaturesMax},
                                             complaint)};
}

Bytes encode(const SignedDocument& value) {
  return encode_message<schema::SignedDocument>(value);
}

template <>
Result<SignedDocument> decode(ByteView bytes) {
  return decode_message<schema::SignedDocument, SignedDocument>(
      bytes, signed_shape(kAdmittedBytesMax + kEnvelopeBytesMax));
}

}  // namespace mainstay
