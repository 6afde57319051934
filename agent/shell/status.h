// What `mainstay-agent show` tells: a small text file that the running agent replaces when
// something changed. A cache for people; the agent does not read it back.
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

/// The file as it was written; Unavailable if there is none, Denied to who may not read it,
/// Malformed if it is none of ours.
struct StatusFile {
  WallTime written{};
  std::string text;
};
Result<StatusFile> read_status(const AgentConfig& config);

/// With its age, for a person.
std::string status_screen(const StatusFile& status, WallTime now);

}  // namespace mainstay::agent
