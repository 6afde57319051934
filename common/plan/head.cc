#include "common/plan/head.h"

#include <algorithm>

namespace mainstay {

TaskKind kind_of(const Step& step) {
  if (std::holds_alternative<PatchStep>(step.task)) return TaskKind::Patch;
  return std::holds_alternative<CheckStep>(step.task) ? TaskKind::Check : TaskKind::Run;
}

Impact impact_of(const std::vector<Step>& steps) {
  Impact greatest = Impact::ReadOnly;
  for (const Step& step : steps) greatest = std::max(greatest, impact_of(kind_of(step)));
  return greatest;
}

std::uint32_t failure_limit(const Advance& advance, std::uint32_t host_count) {
  if (advance.failures_kind == Advance::Failures::Count) return advance.failures;
  return static_cast<std::uint32_t>(std::uint64_t{host_count} * advance.failures / 100);
}

}  // namespace mainstay
