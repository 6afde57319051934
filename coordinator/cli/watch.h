// What changed between two looks at a rollout, as lines for a log: `watch` without a terminal.
#pragma once

#include <map>
#include <string>

#include "common/plan/request.h"
#include "coordinator/cli/answer.h"

namespace mainstay::cli {

class RolloutLines {
 public:
  /// Lines for what is new since the last call, each beginning with `clock`.
  std::string news(const Answer& rollout, std::string_view clock);

 private:
  std::map<std::string, std::string> seen_;  // what was said last, by what it is about
};

/// No more will come by itself.
bool is_over(const Answer& rollout);
/// The exit code of one who watched it to this point.
Verdict verdict_of_rollout(const Answer& rollout);

}  // namespace mainstay::cli
