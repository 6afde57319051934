// The steps of a plan as people write them. One entry can mean several steps, or none.
#pragma once

#include <string>
#include <vector>

#include "common/core/result.h"
#include "common/document/node.h"
#include "common/plan/head.h"

namespace mainstay::document {

/// Malformed, with file, line and column, for what is no step, or none yet.
Result<std::vector<Step>> read_steps(const Node& node, const std::string& file);

}  // namespace mainstay::document
