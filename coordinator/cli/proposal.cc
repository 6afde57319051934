#include "coordinator/cli/proposal.h"

#include <set>

#include "common/wire/decode.h"
#include "common/wire/open.h"

namespace mainstay::cli {

namespace {

std::unexpected<Error> wrong(const std::string& what) {
  return fail(Fault::Denied,
              "do not sign: " + what + ". The centre sent what does not hold; nothing was signed");
}

Status check_leaves(Proposal& proposal, const std::vector<Bytes>& leaves) {
  std::vector<Digest> digests;
  std::set<HostId> hosts;
  for (const Bytes& bytes : leaves) {
    digests.push_back(leaf_digest(bytes));
    auto leaf = decode<Leaf>(bytes);
    if (!leaf) return wrong("a leaf cannot be read: " + leaf.error().detail);
    if (!hosts.insert(leaf->host).second) return wrong(leaf->host.text() + " is in it twice");
    proposal.leaves.push_back(std::move(*leaf));
  }
  if (digests.empty()) return wrong("the plan has no hosts");
  if (proposal.head.host_count != digests.size()) {
    return wrong("its head says " + std::to_string(proposal.head.host_count) + " hosts, but " +
                 std::to_string(digests.size()) + " came");
  }
  if (proposal.head.leaves_root != root_of(digests))
    return wrong("leaves and head do not belong together");
  return {};
}

}  // namespace

Result<Proposal> check_bundle(ByteView bundle, WallTime now) {
  auto fetched = decode<PlanBundle>(bundle);
  if (!fetched) return wrong("the plan cannot be read: " + fetched.error().detail);
  auto envelope = peek(fetched->head);
  if (!envelope) return wrong("its head cannot be read: " + envelope.error().detail);
  if (envelope->context != context::kPlanHead) return wrong("this is no plan but another document");
  Proposal proposal;
  proposal.id = sha256(envelope->payload);
  proposal.payload = std::move(envelope->payload);
  auto head = decode<PlanHead>(proposal.payload);
  if (!head) return wrong("its head cannot be read: " + head.error().detail);
  proposal.head = std::move(*head);
  if (const auto feature = unknown_feature(proposal.head.header)) {
    return wrong("it needs feature " + std::to_string(*feature) + ", which this version lacks");
  }
  if (proposal.head.header.not_after <= now) {
    return fail(Fault::Denied, "the plan is no longer valid: plan again");
  }
  if (proposal.head.header.not_after > now + kPlanLifetimeMax) {
    return wrong("it would be valid for more than 30 days");
  }
  TRY_STATUS(check_leaves(proposal, fetched->leaves));
  return proposal;
}

Status expect_same_plan(const Proposal& proposal, const PlanHead& draft) {
  PlanHead bare = proposal.head;
  bare.host_count = draft.host_count;
  bare.leaves_root = draft.leaves_root;
  if (encode(bare) != encode(draft)) return wrong("the plan differs from the document you gave");
  return {};
}

}  // namespace mainstay::cli
