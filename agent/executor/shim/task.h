// Runs one task to its end: fork, bounded output, time limit. The rest of the shim is its
// paperwork.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include "agent/executor/core/evidence.h"
#include "common/core/result.h"

namespace mainstay {

struct TaskOrder {
  std::string folder;  // of the attempt; exists
  Duration within{};
  Duration grace{};                 // at its end, between SIGTERM and SIGKILL
  bool answer_apart = false;        // standard output goes to the file `answer`
  std::optional<uid_t> throw_away;  // none: as who runs the shim
  std::vector<std::string> argv;    // [0] is an absolute path
};

/// From the shim's own command line: FOLDER --within-ms N [--grace-ms N] [--throw-away UID]
/// [--answer-apart] -- ARGV...
Result<TaskOrder> parse_order(std::span<char* const> arguments);

struct TaskEnd {
  int exit_code = 0;
  bool timed_out = false;
  Bytes output;
  std::uint64_t output_bytes = 0;
  std::string reason;  // when it could not be run
};

/// `lock` is handed down to a task that runs as root, so that the lock tells that it still works
/// even if the shim itself was killed. A root task whose first process was killed is not over
/// before the rest of its group is: dpkg goes on without whoever started it.
TaskEnd run_task(const TaskOrder& order, int lock);

}  // namespace mainstay
