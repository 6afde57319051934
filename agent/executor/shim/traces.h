// What a shim leaves in its attempt's folder, as text of `key: value` lines:
//   lock      held as long as the shim lives
//   started   made exclusively: whoever makes it decides whether the task starts (the shim) or
//             never will (the executor, barring it)
//   output    of the task, at most 256 KiB
//   answer    what a helper of ours printed as its answer, if it was kept apart
//   result    how it ended
#pragma once

#include <sys/types.h>

#include "agent/executor/core/evidence.h"
#include "common/core/result.h"

namespace mainstay::executor::traces {

inline constexpr std::string_view kLock = "lock";
inline constexpr std::string_view kStarted = "started";
inline constexpr std::string_view kOutput = "output";
inline constexpr std::string_view kAnswer = "answer";
inline constexpr std::string_view kResult = "result";

struct Started {
  bool barred = false;
  BootId boot;
  pid_t pid = 0;
  WallTime at{};
  Instant boottime{};  // zero: written by a version that did not say
};

std::string started_text(const Started& started);
Result<Started> read_started(std::string_view text);
/// What a mark proves by itself. One that a power cut or a full disk has torn counts as started:
/// the host is looked at again.
AttemptEvidence shown_by_mark(std::string_view text);

/// Without the output's tail, which is read from the output itself.
std::string result_text(const TaskResult& result);
Result<TaskResult> read_result(std::string_view text);

}  // namespace mainstay::executor::traces
