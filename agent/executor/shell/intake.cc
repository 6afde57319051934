#include "agent/executor/shell/intake.h"

#include "common/core/digest.h"

namespace mainstay::executor {

Digest digest_of(const Dispatch& dispatch) {
  return sha256(encode(HostOrder(DispatchMessage{dispatch})));
}

std::vector<PublicKey> Intake::operators() const {
  std::vector<PublicKey> keys;
  for (const auto& entry : journal_.roster.operators) keys.push_back(entry.key);
  if (!journal_.roster.recovery.is_zero()) keys.push_back(journal_.roster.recovery);
  return keys;
}

Result<ExecutorEvent> Intake::read(const OfferDispatch& offer) const {
  const Dispatch& dispatch = offer.dispatch;
  // Expiry is the core's to judge: a plan that ran out is closed, not merely refused.
  TRY(auto head, verifier_.open_stored<PlanHead>(dispatch.head, context::kPlanHead, operators()));
  TRY(const SignedDocument envelope, peek(dispatch.head));
  TRY(Leaf leaf, decode<Leaf>(dispatch.leaf));
  DispatchOffered offered{.attempt = dispatch.attempt,
                          .dispatch = digest_of(dispatch),
                          .plan = sha256(envelope.payload),
                          .head = std::move(head),
                          .leaf_bytes = dispatch.leaf,
                          .leaf = std::move(leaf),
                          .proof = dispatch.proof,
                          .permit = std::nullopt};
  if (dispatch.permit) {
    const PublicKey key = journal_.dispatch_key;
    TRY(auto batch, verifier_.open_stored<PermitBatch>(dispatch.permit->batch, context::kPermits,
                                                       std::span(&key, 1)));
    TRY(const Permit permit, decode<Permit>(dispatch.permit->permit));
    offered.permit = ProvenPermit{.batch = std::move(batch),
                                  .bytes = dispatch.permit->permit,
                                  .permit = permit,
                                  .proof = dispatch.permit->proof};
  }
  return ExecutorEvent(std::move(offered));
}

Result<ExecutorEvent> Intake::read(const OfferBeacon& offer, WallTime now) const {
  const PublicKey key = journal_.dispatch_key;
  TRY(auto beacon, verifier_.open<Beacon>(offer.beacon, context::kBeacon, std::span(&key, 1), now));
  return ExecutorEvent(BeaconOffered{std::move(beacon)});
}

Result<ExecutorEvent> Intake::read(const OfferControl& offer) const {
  // Old statements must be walked by a host that comes late, so their own expiry does not count.
  TRY(auto statement,
      verifier_.open_stored<ControlStatement>(offer.statement, context::kControl, operators()));
  ControlOffered offered{.statement = std::move(statement), .roster = std::nullopt};
  if (const auto* next = std::get_if<NewRoster>(&offered.statement->act)) {
    TRY(auto roster, verifier_.open_stored<Roster>(next->roster, context::kRoster, operators()));
    offered.roster = std::move(roster);
  }
  return ExecutorEvent(std::move(offered));
}

Result<ExecutorEvent> Intake::read(const OfferBinding& offer, WallTime now) const {
  const PublicKey key = journal_.dispatch_key;
  TRY(auto binding,
      verifier_.open<HostBinding>(offer.binding, context::kBinding, std::span(&key, 1), now));
  return ExecutorEvent(BindingOffered{std::move(binding)});
}

Result<ExecutorEvent> Intake::read(const OfferLabels& offer, WallTime now) const {
  TRY(auto certificate,
      verifier_.open<LabelCertificate>(offer.certificate, context::kLabels, operators(), now));
  return ExecutorEvent(LabelsOffered{std::move(certificate)});
}

Result<ExecutorEvent> Intake::read(const OfferAcknowledgement& offer) const {
  const PublicKey key = journal_.dispatch_key;
  // What was synced stays so: a host whose clock is ahead must still come to close its attempts.
  TRY(auto acknowledgement,
      verifier_.open_stored<Acknowledgement>(offer.acknowledgement, context::kAcknowledgement,
                                             std::span(&key, 1)));
  return ExecutorEvent(AcknowledgementOffered{std::move(acknowledgement)});
}

}  // namespace mainstay::executor
