#include "coordinator/shell/views.h"

#include "common/core/digest.h"
#include "coordinator/shell/exposure_report.h"
#include "coordinator/shell/findings_report.h"
#include "coordinator/shell/json.h"
#include "coordinator/shell/rows.h"
#include "coordinator/shell/vulnerability_report.h"

namespace mainstay::coordinator {

namespace {

Reply report_at_once(const ViewContext& context, const ReadRequest& request) {
  const auto report = begin_fleet_report(context, request);
  if (!report) return no_such(report.error().detail);
  while (!(*report)->go_on(context)) {
  }
  return (*report)->end(context);
}

}  // namespace

bool is_fleet_report(View view) {
  return view == View::Findings || view == View::Vulnerability;
}

Result<std::unique_ptr<FleetReport>> begin_fleet_report(const ViewContext& context,
                                                        const ReadRequest& request) {
  if (request.view == View::Findings) return FindingsReport::begin(request.argument);
  const Question question = question_of(request.argument);
  TRY(auto selector, selector_of(question.selector));
  if (question.word.empty()) return std::make_unique<ExposureReport>(std::move(selector));
  return VulnerabilityReport::begin(context, question.word, std::move(selector));
}

Reply view_of(const ViewContext& context, const ReadRequest& request) {
  switch (request.view) {
    case View::Fleet:
      return fleet_view(context);
    case View::Hosts:
      return hosts_view(context, request.argument);
    case View::Host:
      return host_view(context, request.argument);
    case View::Plans:
      return plans_view(context);
    case View::Plan:
      return plan_view(context, request.argument);
    case View::PlanBundle:
      return bundle_view(context, request.argument);
    case View::Rollouts:
      return rollouts_view(context);
    case View::Rollout:
      return rollout_view(context, request.argument);
    case View::Explain:
      return explain_view(context, request.argument);
    case View::Ledger:
      return ledger_view(context);
    case View::Audit:
      return audit_view(context, request.argument);
    case View::Roster:
      return roster_view(context, request.argument);
    case View::Control:
      return control_view(context);
    case View::Tokens:
      return tokens_view(context);
    case View::Certificate:
      return labels_view(context, request.argument);
    case View::Findings:
    case View::Vulnerability:
      return report_at_once(context, request);
    case View::Feeds:
      return feeds_view(context);
    case View::Log:
      break;
  }
  return no_such("this version has no such view");
}

namespace {

/// All attempts of a host's target that left a trace, oldest first.
std::vector<AttemptId> attempts_of(const Rollout& rollout, const Target& target) {
  std::vector<AttemptId> found;
  for (const AttemptEntry& entry : target.row.history) {
    found.push_back({.plan = rollout.row.plan,
                     .step = entry.step,
                     .host = target.row.host,
                     .number = entry.number});
  }
  if (target.row.phase == TargetPhase::Working) found.push_back(attempt_of(rollout, target));
  return found;
}

}  // namespace

std::optional<AttemptId> find_attempt(const State& state, const std::string& argument) {
  std::string host_text = argument;
  if (argument.starts_with("P-")) {
    const std::size_t first = argument.find('/');
    const std::size_t second = argument.find('/', first + 1);
    const std::size_t third = argument.find('/', second + 1);
    if (third == std::string::npos) return std::nullopt;
    host_text = argument.substr(second + 1, third - second - 1);
  }
  const auto host = HostId::parse(host_text);
  if (!host) return std::nullopt;
  for (auto at = state.rollouts.rbegin(); at != state.rollouts.rend(); ++at) {
    const auto target = at->second.targets.find(*host);
    if (target == at->second.targets.end()) continue;
    const auto attempts = attempts_of(at->second, target->second);
    if (attempts.empty()) continue;
    if (host_text == argument) return attempts.back();
    for (const AttemptId& attempt : attempts) {
      if (short_name(attempt) == argument) return attempt;
    }
  }
  return std::nullopt;
}

Bytes log_json(const Records& records, const AttemptId& attempt, ByteView log) {
  // The agent sent it; the executor signed its digest with the outcome.
  const auto output = signed_output(records, attempt);
  Json is_signed;  // null: it has not ended, so nothing is signed yet
  if (output) is_signed = sha256(log) == output->digest;
  return bytes_of({{"attempt", short_name(attempt)},
                   {"bytes_total", output ? output->bytes : log.size()},
                   {"bytes_shown", log.size()},
                   {"signed", is_signed},
                   {"text", std::string(as_text(log))}});
}

Bytes started_json(const State& state, const PlanId& plan) {
  const Rollout* rollout = rollout_of_plan(state, plan);
  if (rollout == nullptr) return {};
  return bytes_of({{"rollout", short_name(rollout->row.rollout)}});
}

}  // namespace mainstay::coordinator
