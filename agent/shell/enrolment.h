// `mainstay-agent enrol`: shows the token's secret and this host's keys to the coordinator, through
// a gate in enrolment mode whose key the token pins, and keeps the answer. Repeating it with the
// same keys gives the same answer, so it may be interrupted anywhere.
#pragma once

#include <string>

#include "agent/shell/config.h"
#include "common/ports/log.h"

namespace mainstay::agent {

struct EnrolOptions {
  AgentConfig config;
  std::string token;       // the text of a token file
  std::string token_file;  // its name, for complaints
  Duration time_max = std::chrono::seconds(60);
};

/// What to tell the person, when it went well. Denied: refused, with the reason. Unavailable: the
/// executor or the centre did not answer in time.
Result<std::string> enrol(const EnrolOptions& options, Log& log);

}  // namespace mainstay::agent
