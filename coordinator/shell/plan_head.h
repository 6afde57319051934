// A plan's head as it is sent out: what operators signed, with every approval's signature.
#pragma once

#include "common/core/result.h"
#include "common/row/coordinator_row.h"

namespace mainstay::coordinator {

/// A signed PlanHead; before the first approval it has no signature.
Result<Bytes> head_with_signatures(const PlanRow& row);

}  // namespace mainstay::coordinator
