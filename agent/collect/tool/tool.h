// A foreign program, asked and waited for. For short-lived programs only: it blocks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent {

struct ToolOrder {
  std::vector<std::string> argv;              // argv[0] is an absolute path
  std::vector<std::string> environment = {};  // NAME=value, added to PATH and LC_ALL=C.UTF-8
  std::string folder = "/";
  std::size_t output_bytes_max = 1024UL * 1024;  // of stdout, and again of stderr
  Duration time_max = std::chrono::seconds(60);
  pid_t* group_killed = nullptr;  // told if it did not end in time: some of it may outlive that
};

struct ToolAnswer {
  int exit = 0;  // 128 and the signal if one ended it
  std::string output;
  std::string error_output;
  bool was_cut = false;  // it said more than was kept
};

/// Unavailable if it could not be started or did not end in time (it is killed, with its group).
Result<ToolAnswer> run_tool(const ToolOrder& order);

/// The first of the system's own folders that has such a program; nothing if it is not installed.
std::optional<std::string> find_tool(const std::string& name);

}  // namespace mainstay::agent
