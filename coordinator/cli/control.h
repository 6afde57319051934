// Statements of the control chain: what every host obeys, made by an operator and numbered after
// the last one.
#pragma once

#include "coordinator/cli/session.h"

namespace mainstay::cli {

/// Signs the next statement, sends it, and prints `done`, or the fields and its `control_number`.
/// If another operator was faster it is made anew, once.
Result<Verdict> add_control(Session& session, const ControlAct& act, std::string_view done,
                            ActFields fields);

}  // namespace mainstay::cli
