// Frames of the agent to events of the core: what is signed is opened here, with the keys the core
// trusts; whether the signers are enough is for the core to say.
#pragma once

#include "agent/executor/core/journal.h"
#include "common/wire/open.h"

namespace mainstay::executor {

class Intake {
 public:
  Intake(const SignatureCheck& check, const Journal& journal)
      : verifier_(check), journal_(journal) {}

  [[nodiscard]] Result<ExecutorEvent> read(const OfferDispatch& offer) const;
  [[nodiscard]] Result<ExecutorEvent> read(const OfferBeacon& offer, WallTime now) const;
  [[nodiscard]] Result<ExecutorEvent> read(const OfferControl& offer) const;
  [[nodiscard]] Result<ExecutorEvent> read(const OfferBinding& offer, WallTime now) const;
  [[nodiscard]] Result<ExecutorEvent> read(const OfferLabels& offer, WallTime now) const;
  [[nodiscard]] Result<ExecutorEvent> read(const OfferAcknowledgement& offer) const;

 private:
  [[nodiscard]] std::vector<PublicKey> operators() const;  // and the recovery key

  Verifier verifier_;
  const Journal& journal_;
};

/// Of the dispatch as the coordinator sent it: the same value has the same bytes.
Digest digest_of(const Dispatch& dispatch);

}  // namespace mainstay::executor
