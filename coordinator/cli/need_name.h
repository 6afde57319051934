// Which need an operator means. Its number may be written as short as it was ever shown, and as
// long as it is; one that fits several is refused with their names, so that none is put off
// unseen for another.
#pragma once

#include <string>

#include "coordinator/cli/answer.h"

namespace mainstay::cli {

/// Open or snoozed; `fleet` outlives it.
Result<const Answer*> find_need(const Answer& fleet, const std::string& name);

}  // namespace mainstay::cli
