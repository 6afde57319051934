// The tasks `restart-service` and `reboot`, and the looks that decide them: words of an argv for
// the helper that restarts, never a shell.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/plan/head.h"

namespace mainstay::task {

inline std::vector<std::string> restart_words(const std::string& helper, const RestartStep& step) {
  std::vector<std::string> argv = {helper, "services"};
  for (const auto& unit : step.never) argv.insert(argv.end(), {"--never", unit});
  return argv;
}

/// Nothing for a step of another kind.
inline std::optional<std::vector<std::string>> restart_argv(const std::string& helper,
                                                            const Step& step) {
  if (const auto* restart = std::get_if<RestartStep>(&step.task)) {
    return restart_words(helper, *restart);
  }
  const auto* reboot = std::get_if<RebootStep>(&step.task);
  if (reboot == nullptr) return std::nullopt;
  return std::vector<std::string>{helper, "machine", "--when",
                                  reboot->when == RebootWhen::Always ? "always" : "needed"};
}

/// Exit 0: it is so.
inline std::optional<std::vector<std::string>> restart_look_argv(const std::string& helper,
                                                                 const Step& step) {
  if (const auto* restart = std::get_if<RestartStep>(&step.task)) {
    auto argv = restart_words(helper, *restart);
    argv.emplace_back("--look");
    return argv;
  }
  if (!std::holds_alternative<RebootStep>(step.task)) return std::nullopt;
  return std::vector<std::string>{helper, "machine", "--look"};
}

}  // namespace mainstay::task
