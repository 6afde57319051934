// A source's report between the short-lived program that looked and the agent that sends it on.
#pragma once

#include <string>
#include <string_view>

#include "common/core/result.h"
#include "common/plan/finding.h"
#include "common/plan/package_list.h"

namespace mainstay::agent {

// Each byte of a text may take six as JSON has it; the findings themselves are bounded. In the list
// of packages only ends of lines take more than one. The executor's Probes let as much pass.
inline constexpr std::size_t kReportJsonBytesMax = 256UL * 1024 + 2 * kPackageListBytesMax;

/// One object in one line, ASCII. The report is made tidy first.
std::string write_report(SourceReport report);
/// Malformed for anything that write_report does not make.
Result<SourceReport> read_report(std::string_view text);

}  // namespace mainstay::agent
