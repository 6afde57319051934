// Signatures from a running ssh-agent (D. Miller, "SSH Agent Protocol", draft-ietf-sshm-ssh-agent).
// Each call connects anew, sends one request and reads one bounded reply; it blocks until the time
// limit, which must leave a person time to touch a key. The reply is checked, not believed.
#pragma once

#include <string>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::crypto {

inline constexpr Duration kAgentTimeMax = std::chrono::seconds(60);

struct AgentIdentity {
  PublicKey key;
  std::string comment;  // as the agent says: escape it before showing it
};

/// What an agent replied, without its length: the Ed25519 keys of a list, or a signature that
/// holds.
Result<std::vector<AgentIdentity>> read_identities(ByteView reply);
Result<Bytes> read_signature(ByteView reply, const PublicKey& key, ByteView message);

class SshAgent {
 public:
  /// `socket_path` is the value of SSH_AUTH_SOCK; empty where there is none.
  explicit SshAgent(std::string socket_path, Duration time_max = kAgentTimeMax)
      : socket_path_(std::move(socket_path)), time_max_(time_max) {}

  /// Its Ed25519 keys, the others left out.
  [[nodiscard]] Result<std::vector<AgentIdentity>> identities() const;
  /// 64 bytes over exactly `message`. Denied if the agent lacks the key or refuses.
  [[nodiscard]] Result<Bytes> sign(const PublicKey& key, ByteView message) const;

 private:
  [[nodiscard]] Result<Bytes> ask(ByteView request) const;

  std::string socket_path_;
  Duration time_max_;
};

}  // namespace mainstay::crypto
