#include "agent/collect/reboot/judge.h"

#include <algorithm>

#include "agent/restart/need.h"

namespace mainstay::agent {
namespace {

using State = Needrestart::State;

constexpr std::size_t kNamedMax = 5;
constexpr std::string_view kNeedsRoot = "needs root: not every process may be looked into";

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (std::size_t at = 0; at < std::min(words.size(), kNamedMax); ++at) {
    text.append(at == 0 ? "" : between).append(words[at]);
  }
  if (words.size() > kNamedMax)
    text += " and " + std::to_string(words.size() - kNamedMax) + " more";
  return text;
}

bool says_kernel(const RebootEvidence& evidence, bool is_newer) {
  if (!evidence.needrestart || evidence.needrestart->kernel == State::Unknown) return false;
  return (evidence.needrestart->kernel != State::Current) == is_newer;
}

/// Each names both sides.
std::vector<std::string> contradictions(const RebootEvidence& evidence) {
  std::vector<std::string> found;
  const bool has_kernel = !evidence.kernel_reason.empty();
  if (has_kernel && says_kernel(evidence, false)) {
    found.push_back(evidence.kernel_reason + ", but needrestart calls the running one current");
  }
  if (!has_kernel && says_kernel(evidence, true)) {
    found.push_back("needrestart expects kernel " + evidence.needrestart->kernel_expected +
                    ", own reading finds none newer than " + evidence.kernel_running);
  }
  const bool has_own = has_kernel || !evidence.code_reasons.empty();
  if (!evidence.mark.empty() && !has_own) {
    const std::string who =
        evidence.mark_packages.empty() ? "" : " by " + joined(evidence.mark_packages, ", ");
    found.push_back(evidence.mark + " is there" + who + ", own reading finds no reason" +
                    (evidence.sees_all ? "" : " (" + std::string(kNeedsRoot) + ")"));
  }
  if (evidence.needrestart && evidence.needrestart->is_microcode_pending && !has_own) {
    found.emplace_back("needrestart says that microcode waits, own reading cannot see any");
  }
  return found;
}

/// What nobody contradicts.
std::vector<std::string> reasons_of(const RebootEvidence& evidence) {
  std::vector<std::string> reasons;
  if (!evidence.kernel_reason.empty() && !says_kernel(evidence, false)) {
    reasons.push_back(evidence.kernel_reason);
  }
  std::ranges::copy(evidence.code_reasons, std::back_inserter(reasons));
  return reasons;
}

std::string needed_text(const RebootEvidence& evidence, const std::vector<std::string>& reasons) {
  std::string text = "needed: ";
  if (evidence.code_reasons.empty() && !evidence.livepatches.empty()) {
    text = "needed, not urgent (livepatch " + joined(evidence.livepatches, ", ") + " is active): ";
  }
  text += joined(reasons, "; ");
  if (!evidence.mark_packages.empty()) text += "; asked by " + joined(evidence.mark_packages, ", ");
  return text;
}

void judge_machine(const RebootEvidence& evidence, SourceReport& report) {
  Finding finding{.topic = Topic::Reboot,
                  .subject = "kernel " + evidence.kernel_running,
                  .text = {},
                  .at = report.at,
                  .readings = {}};
  const std::vector<std::string> reasons = reasons_of(evidence);
  const std::vector<std::string> contradicted = contradictions(evidence);
  if (!reasons.empty()) {
    finding.judgement = Judgement::Refuted;
    finding.text = needed_text(evidence, reasons);
    report.facts.push_back({.fact = Fact::RebootNeeded, .value = 1});
  } else if (!contradicted.empty()) {
    finding.text = joined(contradicted, "; ");
  } else if (!evidence.sees_all) {
    finding.text = kNeedsRoot;
  } else {
    finding.judgement = Judgement::Proved;
    finding.text =
        "no reboot needed: no newer kernel installed, nothing that only a reboot mends "
        "runs replaced files";
    report.facts.push_back({.fact = Fact::RebootNeeded, .value = 0});
  }
  report.findings.push_back(std::move(finding));
}

std::string what_runs(const RebootEvidence& evidence, const restart::OldCode& code) {
  const auto package = evidence.packages.find(code.file);
  return code.process + " runs replaced " + code.file +
         (package == evidence.packages.end() ? "" : " of " + package->second);
}

/// needrestart calls some services without the word.
bool lists(const std::vector<std::string>& services, const std::string& unit) {
  return std::ranges::binary_search(services, unit) ||
         std::ranges::binary_search(services, unit.substr(0, unit.rfind('.')));
}

void judge_services(const RebootEvidence& evidence, SourceReport& report) {
  const auto needed = restart::restarts_needed(evidence.old, {});
  // As nobody but root it looks at its own user's processes only.
  const bool has_second = evidence.needrestart && evidence.sees_all;
  bool is_agreed = true;
  for (const auto& [unit, code] : needed) {
    const bool contradicted = has_second && !lists(evidence.needrestart->services, unit);
    is_agreed = is_agreed && !contradicted;
    report.findings.push_back(
        {.topic = Topic::Service,
         .judgement = contradicted ? Judgement::NotProved : Judgement::Refuted,
         .subject = unit,
         .text =
             what_runs(evidence, code) + (contradicted ? ", but needrestart does not say so" : ""),
         .at = report.at,
         .readings = {{.measure = Measure::Pid, .value = code.pid}}});
  }
  for (const std::string& unit :
       has_second ? evidence.needrestart->services : std::vector<std::string>()) {
    const bool is_ours = std::ranges::any_of(
        evidence.old, [&](const auto& code) { return lists({unit}, code.unit); });
    if (is_ours) continue;
    is_agreed = false;
    report.findings.push_back({.topic = Topic::Service,
                               .judgement = Judgement::NotProved,
                               .subject = unit,
                               .text =
                                   "needrestart says that it runs old code, own reading finds no "
                                   "replaced file",
                               .at = report.at,
                               .readings = {}});
  }
  if (evidence.sees_all && is_agreed) {
    report.facts.push_back(
        {.fact = Fact::ServiceOldCode, .value = static_cast<std::int64_t>(needed.size())});
  }
}

/// Sessions, containers and what was started by hand: no unit that could be restarted.
void judge_others(const RebootEvidence& evidence, SourceReport& report) {
  std::vector<const restart::OldCode*> others;
  for (const auto& code : evidence.old) {
    if (code.unit.empty()) others.push_back(&code);
  }
  if (others.empty()) return;
  report.findings.push_back(
      {.topic = Topic::Service,
       .judgement = Judgement::Refuted,
       .subject = "processes of no service",
       .text = "run replaced files; the first: " + what_runs(evidence, *others[0]),
       .at = report.at,
       .readings = {{.measure = Measure::Count, .value = static_cast<std::int64_t>(others.size())},
                    {.measure = Measure::Pid, .value = others[0]->pid}}});
}

}  // namespace

void judge_reboot(const RebootEvidence& evidence, SourceReport& report) {
  judge_machine(evidence, report);
  judge_services(evidence, report);
  judge_others(evidence, report);
  if (evidence.needrestart_failure.empty()) return;
  report.findings.push_back({.topic = Topic::Reboot,
                             .judgement = Judgement::NotProved,
                             .subject = "needrestart",
                             .text = "could not be asked: " + evidence.needrestart_failure,
                             .at = report.at,
                             .readings = {}});
}

}  // namespace mainstay::agent
