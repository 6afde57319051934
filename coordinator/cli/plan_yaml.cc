// A plan head back as a document. Texts are written in double quotes and escaped as YAML has it,
// which also keeps them harmless on a terminal.
#include "common/core/escape.h"
#include "common/core/utf8.h"
#include "coordinator/cli/picture.h"

namespace mainstay::cli {

namespace {

std::string in_quotes(std::string_view text) {
  std::string all = "\"";
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    const std::string_view bytes = text.substr(0, character.length);
    if (bytes == "\"" || bytes == "\\") {
      all += '\\';
      all += bytes;
    } else if (escape_for_terminal(bytes) == bytes) {
      all += bytes;
    } else {
      // By its number: the bytes of one that is no ASCII would be read as several.
      constexpr std::string_view kDigits = "0123456789abcdef";
      all += "\\U";
      for (unsigned shift = 32; shift > 0; shift -= 4) {
        all += kDigits[(static_cast<std::uint32_t>(character.code) >> (shift - 4)) & 15U];
      }
    }
    text.remove_prefix(character.length);
  }
  return all + "\"";
}

std::string list_of(const std::vector<std::string>& words) {
  std::string all = "[";
  for (const auto& word : words) all += (all.size() == 1 ? "" : ", ") + in_quotes(word);
  return all + "]";
}

std::string seconds_of(Duration span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count()) + "s";
}

std::string step_yaml(const Step& step) {
  if (const auto* patch = std::get_if<PatchStep>(&step.task)) {
    return std::string("patch: {packages: ") +
           (patch->packages == PackageChoice::Security ? "security" : "all") +
           ", within: " + seconds_of(step.within) + "}";
  }
  if (const auto* restart = std::get_if<RestartStep>(&step.task)) {
    const std::string never =
        restart->never.empty() ? "" : ", never_restart: " + list_of(restart->never);
    return "restart-service: {when: needed" + never + ", within: " + seconds_of(step.within) + "}";
  }
  if (const auto* reboot = std::get_if<RebootStep>(&step.task)) {
    return std::string("reboot: {when: ") +
           (reboot->when == RebootWhen::Always ? "always" : "needed") +
           ", within: " + seconds_of(step.within) + "}";
  }
  const auto* check = std::get_if<CheckStep>(&step.task);
  return std::string(check != nullptr ? "check" : "run") +
         ": {argv: " + list_of(check != nullptr ? check->argv : std::get<RunStep>(step.task).argv) +
         ", within: " + seconds_of(step.within) + "}";
}

std::string wave_yaml(const WaveSpec& wave) {
  switch (wave.kind) {
    case WaveSpec::Kind::Count:
      return std::to_string(wave.amount);
    case WaveSpec::Kind::Percent:
      return std::to_string(wave.amount) + "%";
    case WaveSpec::Kind::Selected:
      return in_quotes(wave.selector);
    case WaveSpec::Kind::Rest:
      break;
  }
  return "rest";
}

std::string budget_yaml(const Budget& budget) {
  const bool percent = budget.kind == Budget::Kind::UnavailablePercent ||
                       budget.kind == Budget::Kind::MinHealthyPercent;
  const bool healthy =
      budget.kind == Budget::Kind::MinHealthy || budget.kind == Budget::Kind::MinHealthyPercent;
  return "{per: " + list_of(budget.per) + (healthy ? ", min_healthy: " : ", unavailable: ") +
         std::to_string(budget.amount) + (percent ? "%" : "") + "}";
}

/// The head has the end and the centre the beginning, some seconds after the document was read.
std::string valid_yaml(Duration valid) {
  constexpr Duration kMinute = std::chrono::minutes(1);
  return seconds_of(valid < 2 * kMinute ? valid : (valid + kMinute / 2) / kMinute * kMinute);
}

}  // namespace

std::string plan_yaml(const PlanHead& head, Duration valid) {
  std::string text = "kind: plan\nname: " + in_quotes(head.name) + "\n";
  if (!head.change.empty()) text += "change: " + in_quotes(head.change) + "\n";
  if (!head.reason.empty()) text += "reason: " + in_quotes(head.reason) + "\n";
  text += "targets: " + in_quotes(head.targets) + "\nsteps:\n";
  for (const Step& step : head.steps) text += "  - " + step_yaml(step) + "\n";
  std::string waves;
  for (const WaveSpec& wave : head.order.waves)
    waves += (waves.empty() ? "" : ", ") + wave_yaml(wave);
  text +=
      "order: {by: [region, zone], regions_at_once: " + std::to_string(head.order.regions_at_once) +
      ", waves: [" + waves + "], concurrency: " + std::to_string(head.order.concurrency) + "}\n";
  if (!head.budgets.empty()) text += "budget:\n";
  for (const Budget& budget : head.budgets) text += "  - " + budget_yaml(budget) + "\n";
  if (valid > Duration(0)) text += "valid: " + valid_yaml(valid) + "\n";
  text += "advance: {bake: " + seconds_of(head.advance.bake);
  // What is usual has no word: it is what a plan means that says nothing.
  if (head.advance.failures_kind != Advance::Failures::Usual) {
    const bool percent = head.advance.failures_kind == Advance::Failures::Percent;
    text += ", failures: " + std::to_string(head.advance.failures) + (percent ? "%" : "");
  }
  return text + "}\n";
}

}  // namespace mainstay::cli
