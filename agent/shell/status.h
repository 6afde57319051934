// What `mainstay-agent show` tells: a small text file that the running agent replaces when
// something changed. A cache for people; nothing reads it back.
#pragma once

#include <string>

#include "agent/core/agent.h"
#include "agent/shell/config.h"

namespace mainstay::agent {

struct StatusFrame {
  HostId host;
  std::string gate;
  Now now;
};

std::string status_text(const AgentState& state, const StatusFrame& frame);

/// Not synced: it may be lost, and never half written.
Status write_status(const AgentConfig& config, const std::string& text);

/// The file and its age, for a person.
Result<std::string> show_status(const AgentConfig& config, WallTime now);

}  // namespace mainstay::agent
