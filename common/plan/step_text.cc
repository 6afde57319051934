#include "common/plan/step_text.h"

#include "common/core/span_text.h"

namespace mainstay {

namespace {

std::string words_text(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::string step_text(const Step& step) {
  const std::string within = ", within " + span_text(step.within);
  if (const auto* patch = std::get_if<PatchStep>(&step.task)) {
    return std::string("patch: ") +
           (patch->packages == PackageChoice::Security ? "security packages" : "all packages") +
           within;
  }
  if (const auto* check = std::get_if<CheckStep>(&step.task)) {
    return "check: " + words_text(check->argv) + within;
  }
  if (const auto* restart = std::get_if<RestartStep>(&step.task)) {
    const std::string never = restart->never.empty() ? "" : ", never " + words_text(restart->never);
    return "restart-service: those that run replaced files" + never + within;
  }
  if (const auto* reboot = std::get_if<RebootStep>(&step.task)) {
    return std::string("reboot: ") + (reboot->when == RebootWhen::Always ? "always" : "if needed") +
           within;
  }
  return "run: " + words_text(std::get<RunStep>(step.task).argv) + within;
}

}  // namespace mainstay
