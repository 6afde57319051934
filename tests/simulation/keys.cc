#include "tests/simulation/keys.h"

#include <algorithm>

#include "common/core/digest.h"

namespace mainstay::sim {

namespace {

Bytes signature_of(const PublicKey& key, ByteView message) {
  const Digest digest = sha256({key.view(), message});
  Bytes bytes(2 * digest.value.size());
  std::ranges::copy(digest.value, bytes.begin());
  std::ranges::copy(digest.value, bytes.begin() + static_cast<std::ptrdiff_t>(digest.value.size()));
  return bytes;
}

}  // namespace

PublicKey public_key(std::string_view name) {
  return {sha256({as_bytes("public "), as_bytes(name)}).value};
}

LinkKey link_key(std::string_view name) {
  return {sha256({as_bytes("link "), as_bytes(name)}).value};
}

Result<Bytes> FakeSigner::sign(ByteView message) {
  return signature_of(key_, message);
}

bool FakeCheck::holds(const PublicKey& key, ByteView message, ByteView signature) const {
  return std::ranges::equal(signature_of(key, message), signature);
}

}  // namespace mainstay::sim
