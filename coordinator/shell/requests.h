// The door for operators' changes: opens a signed request and what it carries, and refuses whatever
// is not signed by a person of the roster with a role for it, is too old, or came before. What
// passes is still judged by the core: scope, number of signatures, and whether it makes sense now.
#pragma once

#include <map>

#include "common/wire/open.h"
#include "coordinator/core/event.h"
#include "coordinator/core/state.h"

namespace mainstay::coordinator {

/// Requests live a minute, and clocks differ: the operator's may run ahead.
inline constexpr Duration kRequestSkew = std::chrono::seconds(30);
inline constexpr Duration kReplayMemory = 2 * kRequestLifetime;
static_assert(kReplayMemory > kRequestLifetime + kRequestSkew);
inline constexpr std::size_t kNoncesMax = 10'000;

class Requests {
 public:
  explicit Requests(const Verifier& verifier, std::size_t nonces_max = kNoncesMax)
      : verifier_(verifier), nonces_max_(nonces_max) {}

  struct Sender {
    LinkKey link;  // of the connection
    std::uint64_t request = 0;
  };
  /// Denied: signature, role, replay. Stale: too old. Malformed: not a request.
  Result<RequestArrived> open(const Sender& sender, ByteView document, const State& state, Now now);

 private:
  Status remember(const OperatorRequest& request, Now now);
  const Verifier& verifier_;
  std::size_t nonces_max_;
  std::map<Nonce, Instant> nonces_;
};

/// Whether this role may ask for this at all.
bool may_ask(Role role, const RequestAct& act);

/// The operator whose connection this is, if the roster knows the key and it has not expired.
const OperatorEntry* operator_with_link(const State& state, const LinkKey& link, WallTime now);

}  // namespace mainstay::coordinator
