// The agent's configuration: `key: value` lines, read strictly. Keys are in README.md.
#pragma once

#include <string>

#include <sys/types.h>

#include "agent/core/limits.h"
#include "common/core/result.h"
#include "common/ports/log.h"

namespace mainstay::agent {

struct AgentConfig {
  std::string state_directory;
  std::string trust_file;
  std::string executor_socket;
  uid_t executor_uid = 0;  // nobody else is believed to be the executor
  std::string apt_helper;
  std::string collect_helper;  // empty: no source of findings is looked at
  std::string machine_file;    // empty: machine id and DMI UUID
  std::string gate_endpoint;   // empty: that of the token
  AgentLimits limits;
  Level log_level = Level::Info;
  bool allow_root = false;  // for tests: the agent parses what the network sends
};

Result<AgentConfig> parse_agent_config(std::string_view text, const std::string& name);
Result<AgentConfig> read_agent_config(const std::string& path);

}  // namespace mainstay::agent
