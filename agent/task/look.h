// The tasks `check` and `run`: an argv as it was signed, run as a throw-away user. They change
// nothing, so there is nothing to prepare and nothing to look at afterwards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/plan/head.h"

namespace mainstay::task {

/// Nothing if the step is of another kind, or its program is neither an absolute path nor a mere
/// name, which is looked for in the system's own folders.
inline std::optional<std::vector<std::string>> look_argv(const Step& step) {
  const auto named = [](const std::vector<std::string>& argv) {
    if (argv.empty() || argv.front().empty()) return false;
    return argv.front().starts_with('/') || !argv.front().contains('/');
  };
  if (const auto* check = std::get_if<CheckStep>(&step.task); check && named(check->argv)) {
    return check->argv;
  }
  if (const auto* run = std::get_if<RunStep>(&step.task); run && named(run->argv)) {
    return run->argv;
  }
  return std::nullopt;
}

}  // namespace mainstay::task
