// What the shell finds out for the executor's core: the shim's files, the task's result, and the
// look at the host afterwards.
#pragma once

#include <optional>
#include <string>

#include "common/plan/attempt.h"

namespace mainstay::executor {

/// The shim's last word, from its `result` file.
struct TaskResult {
  int exit_code = 0;  // 128 + signal if a signal ended it
  bool timed_out = false;
  WallTime started_at{};
  WallTime finished_at{};
  Instant finished_boottime{};
  BootId boot;
  Digest output_digest;  // of all of it, what was discarded included
  std::uint64_t output_bytes = 0;
  Bytes output_tail;
  std::string reason;  // the shim's own words when the task could not even run
};

/// What lies in the attempt's folder.
struct AttemptEvidence {
  bool started = false;
  bool barred = false;  // the executor itself holds the place of `started`
  bool alive = false;   // the shim holds its lock
  // It could not be looked at, because descriptors are exhausted, say: nothing above is meant.
  bool unreadable = false;
  std::optional<TaskResult> result = std::nullopt;
};

/// The answer of the step's probe: is it already so?
struct Finding {
  enum class Holds : std::uint8_t { Yes, No, CannotTell };
  Holds holds = Holds::CannotTell;
  std::string reason;
  std::vector<PackageVersion> installed;
};

}  // namespace mainstay::executor
