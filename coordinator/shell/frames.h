// Makes what goes out: signs what the coordinator's dispatch key vouches for, and packs dispatches
// with their proofs. Knows no sockets.
#pragma once

#include <map>

#include "common/plan/gate_message.h"
#include "common/ports/signer.h"
#include "coordinator/core/command.h"
#include "coordinator/core/event.h"
#include "coordinator/core/state.h"

namespace mainstay::coordinator {

struct PackedDispatch {
  LinkKey host;
  Bytes frame;  // a HostOrder
  bool starts = false;
};

class Frames {
 public:
  /// Permits say themselves how long they hold; their batch must not end before them.
  Frames(Signer& signer, Duration permit_lifetime)
      : signer_(signer), permit_lifetime_(permit_lifetime) {}

  /// One signature for all permits. Items of plans that are gone are left out.
  Result<std::vector<PackedDispatch>> dispatches(const SendDispatches& order, const State& state,
                                                 Now now);
  Result<Bytes> acknowledgement(const SendAcknowledgement& order, Now now);
  Result<Bytes> beacon(const SendBeacon& order);
  /// GateOrders, in parts.
  Result<std::vector<Bytes>> admitted(const SendAdmitted& order);
  /// What the enrolling host is told.
  Result<Bytes> enrol_reply(const SendEnrolReply& order);

 private:
  const std::vector<MerkleProof>& proofs_for(const Plan& plan);
  Result<std::vector<PermitSlip>> slips(const SendDispatches& order, Now now);

  Signer& signer_;
  Duration permit_lifetime_;
  // Proofs of all leaves of a plan are made at once; plans under way are few.
  std::map<PlanId, std::vector<MerkleProof>> proofs_;
};

/// The answer to FreezePlan: leaves and head as they will be signed. All of it was read back: what
/// is stored and cannot be read would stop every later start.
std::variant<PlanFrozen, PlanNotFrozen> freeze(const FreezePlan& order);
/// Whether a head like this one, frozen, can be read back.
Status check_head(const PlanHead& head);

}  // namespace mainstay::coordinator
