#include "coordinator/shell/frames.h"

#include "common/wire/open.h"
#include "common/wire/sizes.h"
#include "coordinator/shell/plan_head.h"

namespace mainstay::coordinator {

namespace {

// Plans whose proofs are kept; the oldest id goes first, and is made anew if it is wanted again.
constexpr std::size_t kProofPlansMax = 8;
// An acknowledgement may wait for a host that comes back tomorrow; the next report renews it.
constexpr Duration kAcknowledgementLifetime = std::chrono::hours(24);

}  // namespace

const std::vector<MerkleProof>& Frames::proofs_for(const Plan& plan) {
  const auto found = proofs_.find(plan.row.plan);
  if (found != proofs_.end()) return found->second;
  if (proofs_.size() >= kProofPlansMax) proofs_.erase(proofs_.begin());
  std::vector<Digest> leaves;
  leaves.reserve(plan.leaves.size());
  for (const LeafRow& leaf : plan.leaves) leaves.push_back(leaf_digest(leaf.bytes));
  return proofs_.emplace(plan.row.plan, proofs_of(leaves)).first->second;
}

Result<std::vector<PermitSlip>> Frames::slips(const SendDispatches& order, Now now) {
  std::vector<PermitSlip> slips;
  std::vector<Digest> digests;
  for (const DispatchItem& item : order.items) {
    if (!item.permit) continue;
    slips.push_back({.batch = {}, .permit = encode(*item.permit), .proof = {}});
    digests.push_back(leaf_digest(slips.back().permit));
  }
  if (slips.empty()) return slips;
  const PermitBatch batch{
      .header = {.required_features = {}, .not_after = now.wall + permit_lifetime_ + kBatchGrace},
      .term = order.term,
      .root = root_of(digests),
      .audit = order.audit};
  TRY(const Bytes envelope, seal(context::kPermits, encode(batch), signer_));
  const auto proofs = proofs_of(digests);
  for (std::size_t i = 0; i < slips.size(); ++i) {
    slips[i].batch = envelope;
    slips[i].proof = proofs[i];
  }
  return slips;
}

Result<std::vector<PackedDispatch>> Frames::dispatches(const SendDispatches& order,
                                                       const State& state, Now now) {
  TRY(std::vector<PermitSlip> permits, slips(order, now));
  std::map<PlanId, Bytes> heads;
  std::vector<PackedDispatch> packed;
  std::size_t next_permit = 0;
  for (const DispatchItem& item : order.items) {
    std::optional<PermitSlip> slip;
    if (item.permit) slip = std::move(permits[next_permit++]);
    const auto plan = state.plans.find(item.attempt.plan);
    if (plan == state.plans.end() || item.leaf >= plan->second.leaves.size()) continue;
    if (!heads.contains(item.attempt.plan)) {
      TRY(heads[item.attempt.plan], head_with_signatures(plan->second.row));
    }
    const bool starts = slip.has_value();
    const HostOrder message =
        DispatchMessage{.dispatch = {.attempt = item.attempt,
                                     .head = heads[item.attempt.plan],
                                     .leaf = plan->second.leaves[item.leaf].bytes,
                                     .proof = proofs_for(plan->second)[item.leaf],
                                     .permit = std::move(slip)}};
    packed.push_back({.host = item.host, .frame = encode(message), .starts = starts});
  }
  return packed;
}

Result<Bytes> Frames::acknowledgement(const SendAcknowledgement& order, Now now) {
  const Acknowledgement document{
      .header = {.required_features = {}, .not_after = now.wall + kAcknowledgementLifetime},
      .attempt = order.attempt,
      .record = order.record,
      .term = order.term};
  TRY(Bytes envelope, seal(context::kAcknowledgement, encode(document), signer_));
  return encode(HostOrder(AcknowledgementMessage{.acknowledgement = std::move(envelope)}));
}

Result<Bytes> Frames::beacon(const SendBeacon& order) {
  TRY(Bytes envelope, seal(context::kBeacon, encode(order.beacon), signer_));
  return encode(HostOrder(BeaconMessage{.beacon = std::move(envelope)}));
}

Result<std::vector<Bytes>> Frames::admitted(const SendAdmitted& order) {
  TRY(const Bytes envelope, seal(context::kAdmitted, encode(order.keys), signer_));
  std::vector<Bytes> frames;
  for (Part& part : split(envelope)) {
    frames.push_back(encode(GateOrder(AdmittedPart{.part = std::move(part)})));
  }
  return frames;
}

Result<Bytes> Frames::enrol_reply(const SendEnrolReply& order) {
  EnrolReply reply{.refusal = order.refusal, .binding = {}, .labels = {}};
  if (order.refusal.empty()) {
    TRY(reply.binding, seal(context::kBinding, encode(order.binding), signer_));
    reply.labels = order.labels;
  }
  return encode(reply);
}

namespace {

/// Why a leaf cannot be read back. Only its packages are the host's own word.
std::string unfit_because(ByteView leaf) {
  if (leaf.size() > kLeafBytesMax) return "its set of packages is too long";
  const auto back = decode<Leaf>(leaf);
  return back ? "" : "its set of packages is refused: " + back.error().detail;
}

Status check_head_bytes(ByteView payload) {
  if (payload.size() > kHeadBytesMax) {
    return fail(Fault::Malformed, "the plan is too long: without its hosts it has " +
                                      std::to_string(payload.size()) + " bytes, at most " +
                                      std::to_string(kHeadBytesMax) +
                                      " are possible. Shorten arguments, selectors or waves");
  }
  if (const auto back = decode<PlanHead>(payload); !back) {
    return fail(Fault::Malformed, "the plan is refused: " + back.error().detail);
  }
  return {};
}

/// Operators fetch a plan as one bundle, before they sign: head and all leaves, each with its place
/// in the list.
Status check_bundle_bytes(const std::vector<Bytes>& leaves) {
  constexpr std::size_t kWord = 8;
  std::size_t bytes = kHeadBytesMax + kEnvelopeBytesMax + 8 * kWord;
  for (const Bytes& leaf : leaves) bytes += kWord + (leaf.size() + kWord - 1) / kWord * kWord;
  if (bytes <= kBundleBytesMax) return {};
  return fail(Fault::Malformed, "the plan is too long: its hosts' sets of packages have " +
                                    std::to_string(bytes >> 20U) + " MiB, at most " +
                                    std::to_string(kBundleBytesMax >> 20U) +
                                    " are possible. Choose fewer hosts at a time");
}

}  // namespace

Status check_head(const PlanHead& head) {
  PlanHead frozen = head;
  frozen.leaves_root = sha256(ByteView());  // any: zero would travel as nothing
  return check_head_bytes(encode(frozen));
}

std::variant<PlanFrozen, PlanNotFrozen> freeze(const FreezePlan& order) {
  PlanFrozen frozen{
      .draft = order.draft, .plan = {}, .head = order.head, .head_payload = {}, .leaves = {}};
  PlanNotFrozen failed{.draft = order.draft, .unfit = {}, .reason = {}};
  std::vector<Digest> digests;
  for (const Leaf& leaf : order.leaves) {
    frozen.leaves.push_back(encode(leaf));
    digests.push_back(leaf_digest(frozen.leaves.back()));
    if (std::string why = unfit_because(frozen.leaves.back()); !why.empty()) {
      failed.unfit.push_back({.host = leaf.host, .reason = std::move(why)});
    }
  }
  if (!failed.unfit.empty()) return failed;
  if (const Status checked = check_bundle_bytes(frozen.leaves); !checked) {
    failed.reason = checked.error().detail;
    return failed;
  }
  frozen.head.leaves_root = root_of(digests);
  frozen.head_payload = encode(frozen.head);
  if (const Status checked = check_head_bytes(frozen.head_payload); !checked) {
    failed.reason = checked.error().detail;
    return failed;
  }
  frozen.plan = sha256(frozen.head_payload);
  return frozen;
}

}  // namespace mainstay::coordinator
