// A source's report between the short-lived program that looked and the agent that sends it on.
#pragma once

#include <string>
#include <string_view>

#include "common/core/result.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// One object in one line, ASCII. The report is made tidy first.
std::string write_report(SourceReport report);
/// Malformed for anything that write_report does not make.
Result<SourceReport> read_report(std::string_view text);

}  // namespace mainstay::agent
