// Plans as people write them: YAML in, a PlanHead that is not yet resolved out (no hosts, no
// leaves). Every complaint names file:line:column, what was expected and the nearest valid word;
// what the language has but this version does not is refused by name.
#pragma once

#include "common/core/time.h"
#include "common/document/node.h"
#include "common/plan/head.h"

namespace mainstay::document {

/// `file` is the name to show in complaints. The head's not_after is `now` plus `valid` (7 d).
Result<PlanHead> read_plan(std::string_view text, const std::string& file, WallTime now);

}  // namespace mainstay::document
