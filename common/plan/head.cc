#include "common/plan/head.h"

#include <algorithm>

namespace mainstay {

TaskKind kind_of(const Step& step) {
  if (std::holds_alternative<PatchStep>(step.task)) return TaskKind::Patch;
  if (std::holds_alternative<RestartStep>(step.task)) return TaskKind::RestartService;
  if (std::holds_alternative<RebootStep>(step.task)) return TaskKind::Reboot;
  return std::holds_alternative<CheckStep>(step.task) ? TaskKind::Check : TaskKind::Run;
}

std::vector<Feature> features_of(const std::vector<Step>& steps) {
  const bool restarts = std::ranges::any_of(steps, [](const Step& step) {
    return kind_of(step) == TaskKind::RestartService || kind_of(step) == TaskKind::Reboot;
  });
  return restarts ? std::vector<Feature>{kFeatureRestart} : std::vector<Feature>{};
}

Impact impact_of(const std::vector<Step>& steps) {
  Impact greatest = Impact::ReadOnly;
  for (const Step& step : steps) greatest = std::max(greatest, impact_of(kind_of(step)));
  return greatest;
}

std::uint32_t failure_limit(const Advance& advance, std::uint32_t host_count) {
  constexpr std::uint32_t kUsualPercent = 1;
  constexpr std::uint32_t kUsualAtLeast = 3;
  if (advance.failures_kind == Advance::Failures::Count) return advance.failures;
  if (advance.failures_kind == Advance::Failures::Usual) {
    return std::max(kUsualAtLeast, host_count * kUsualPercent / 100);
  }
  return static_cast<std::uint32_t>(std::uint64_t{host_count} * advance.failures / 100);
}

bool is_canary(const Advance& advance, std::uint32_t wave, std::uint32_t last_wave) {
  return advance.failures_kind == Advance::Failures::Usual && wave == 0 && last_wave > 0;
}

}  // namespace mainstay
