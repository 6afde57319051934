// Holds the coordinator's dispatch key and documents that passed over the wire: what can be signed
// with it, and what can only be repeated or bent.
#pragma once

#include <string>

#include "common/crypto/signers.h"
#include "common/plan/local_message.h"

namespace mainstay::hostile {

struct Loot {
  std::string dispatch_key;  // file
  Dispatch own;              // genuine, for the host that is attacked, of a step not yet done
  Beacon beacon;             // the newest that it heard
  BootId boot;
};

class Thief {
 public:
  explicit Thief(Loot loot);

  [[nodiscard]] const Loot& loot() const { return loot_; }
  /// As the coordinator would give it now.
  [[nodiscard]] Permit permit(const AttemptId& attempt) const;
  /// Several permits under one signature; the slip of the first.
  [[nodiscard]] PermitSlip slip(const Permit& permit, Signer& signer, Duration batch_life) const;
  [[nodiscard]] PermitSlip slip(const Permit& permit);
  /// The attempt with a permit as good as the stolen key can make it.
  [[nodiscard]] Dispatch permitted(Dispatch dispatch);
  /// Of this step, otherwise as the genuine one, permitted.
  [[nodiscard]] Dispatch at_step(std::uint16_t step);
  /// A beacon that counts, later than all before.
  [[nodiscard]] Beacon next_beacon();
  [[nodiscard]] Bytes sealed(std::string_view context, ByteView payload) const;
  [[nodiscard]] Signer& signer() const { return signer_; }

 private:
  Loot loot_;
  mutable crypto::KeySigner signer_;
};

}  // namespace mainstay::hostile
