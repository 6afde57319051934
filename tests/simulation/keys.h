// Cheap signatures for the simulator: sha256(key || message), twice. Whoever knows the public key
// can sign, which is enough where nobody lies unless a checker is being tested.
#pragma once

#include "common/ports/signer.h"

namespace mainstay::sim {

PublicKey public_key(std::string_view name);
LinkKey link_key(std::string_view name);

class FakeSigner : public Signer {
 public:
  explicit FakeSigner(const PublicKey& key) : key_(key) {}
  [[nodiscard]] PublicKey key() const override { return key_; }
  Result<Bytes> sign(ByteView message) override;

 private:
  PublicKey key_;
};

class FakeCheck : public SignatureCheck {
 public:
  [[nodiscard]] bool holds(const PublicKey& key, ByteView message,
                           ByteView signature) const override;
};

}  // namespace mainstay::sim
