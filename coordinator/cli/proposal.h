// A frozen plan as it was fetched to be signed, checked here: what the operator is shown and what
// is signed are the same bytes, whatever the centre says about them.
#pragma once

#include <vector>

#include "common/plan/request.h"

namespace mainstay::cli {

struct Proposal {
  PlanId id;  // sha256 of the payload
  Bytes payload;
  PlanHead head;
  std::vector<Leaf> leaves;
};

/// Denied if anything does not hold: context, leaves decode, distinct hosts, count, root, not
/// empty, not expired.
Result<Proposal> check_bundle(ByteView bundle, WallTime now);
/// Denied unless the proposal is the draft with nothing but hosts and lifetime filled in.
Status expect_same_plan(const Proposal& proposal, const PlanHead& draft);

}  // namespace mainstay::cli
