// The list of keys a gate lets in: signed by the coordinator, numbered, kept on disk so that a gate
// alone still serves known hosts. It only ever moves forward (I13), and when it is older than five
// minutes no new connection is let in by it.
#pragma once

#include <optional>
#include <vector>

#include "common/core/parts.h"
#include "common/core/time.h"
#include "common/plan/gate_message.h"
#include "common/wire/open.h"

namespace mainstay {

inline constexpr Duration kAdmittedAgeMax = std::chrono::minutes(5);

class Admitted {
 public:
  Admitted(const Verifier& verifier, PublicKey dispatch_key, Duration age_max = kAdmittedAgeMax)
      : verifier_(verifier), dispatch_key_(dispatch_key), age_max_(age_max) {}

  /// The list as it was stored. It counts as fresh until its not_after, which the coordinator sets
  /// to the same five minutes.
  Status restore(ByteView envelope);
  /// True when a list was completed by this part and is newer than, or equal to, the one held.
  Result<bool> add(Part part, Now now);

  [[nodiscard]] bool is_fresh(Now now) const {
    if (refreshed_at_) return now.mono - *refreshed_at_ <= age_max_;
    return now.wall < not_after_;
  }
  [[nodiscard]] const std::vector<LinkKey>& links() const { return links_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] const Bytes& envelope() const { return envelope_; }

 private:
  const Verifier& verifier_;
  PublicKey dispatch_key_;
  Duration age_max_;
  Assembler assembler_{kPartBytesMax * kPartsMax};
  std::vector<LinkKey> links_;
  std::uint64_t number_ = 0;
  WallTime not_after_{};
  Bytes envelope_;
  std::optional<Instant> refreshed_at_;
};

}  // namespace mainstay
