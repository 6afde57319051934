// What a gate decides, apart from the sockets that it decides for: whom it lets in, whose frames it
// passes on, and which orders go out. The gate and the simulator ask the same one.
//
// 1. Nobody comes in by a list that is older than its limit, and by none before the first.
// 2. An order that may start disruption is known by its frame, not by what the coordinator says of
//    it, and counted (I10).
#pragma once

#include "coordinator/gate/admitted.h"
#include "coordinator/gate/sender_limiter.h"
#include "coordinator/gate/start_limiter.h"

namespace mainstay {

/// Hosts that one gate serves.
inline constexpr std::size_t kGateHostsMax = 20'000;

class Porter {
 public:
  struct Rules {
    GateMode mode = GateMode::Hosts;
    PublicKey dispatch_key;
    std::uint32_t starts_per_minute = 0;
    Duration list_age_max = kAdmittedAgeMax;
  };
  /// `verifier` outlives it.
  Porter(const Verifier& verifier, const Rules& rules);

  /// The list as it was stored, before anyone is let in.
  Status restore(ByteView envelope) { return admitted_.restore(envelope); }
  /// True when a list is complete: from now on it counts, for those who are in as well.
  Result<bool> take(Part part, Now now) { return admitted_.add(std::move(part), now); }
  /// Whether new connections are let in at all.
  [[nodiscard]] bool is_open(Now now) const;
  [[nodiscard]] const std::vector<LinkKey>& links() const { return admitted_.links(); }
  [[nodiscard]] std::uint64_t list_number() const { return admitted_.number(); }
  [[nodiscard]] const Bytes& list() const { return admitted_.envelope(); }

  /// Whether a frame of this key goes on to the coordinator; if so it is counted.
  bool passes_on(const LinkKey& sender, Instant now) { return senders_.admit(sender, now); }
  /// Whether this order goes on to its hosts; if it may start something it is counted.
  bool sends_out(const ToHosts& order, Instant now);

 private:
  GateMode mode_;
  Admitted admitted_;
  StartLimiter starts_;
  SenderLimiter senders_;
};

}  // namespace mainstay
