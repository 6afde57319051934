// The ports of common/ports/signer.h over this folder's keys.
#pragma once

#include "common/crypto/signing_key.h"
#include "common/crypto/ssh_agent.h"
#include "common/ports/signer.h"

namespace mainstay::crypto {

struct Ed25519Check : SignatureCheck {
  [[nodiscard]] bool holds(const PublicKey& key, ByteView message,
                           ByteView signature) const override;
};

/// Signs at once, with a key in memory.
class KeySigner : public Signer {
 public:
  explicit KeySigner(SigningKey key) : key_(std::move(key)) {}
  [[nodiscard]] PublicKey key() const override { return key_.public_key(); }
  Result<Bytes> sign(ByteView message) override { return key_.sign(message); }

 private:
  SigningKey key_;
};

/// Asks the agent each time; blocks until it answers or its time limit is over.
class AgentSigner : public Signer {
 public:
  AgentSigner(SshAgent agent, const PublicKey& key) : agent_(std::move(agent)), key_(key) {}
  [[nodiscard]] PublicKey key() const override { return key_; }
  Result<Bytes> sign(ByteView message) override { return agent_.sign(key_, message); }

 private:
  SshAgent agent_;
  PublicKey key_;
};

}  // namespace mainstay::crypto
