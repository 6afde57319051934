// mainstay run: a plan of one command that reads only, made, signed and started in one go; the
// answers folded, so that four hundred equal ones are one line.
#include <algorithm>

#include "common/core/escape.h"
#include "common/loop/clock.h"
#include "common/plan/placeholder.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/fold.h"
#include "coordinator/cli/planning.h"
#include "coordinator/cli/render.h"
#include "coordinator/cli/watch.h"

namespace mainstay::cli {

namespace {

constexpr Duration kLookInterval = std::chrono::milliseconds(300);
constexpr std::uint32_t kConcurrency = 100;
constexpr Duration kLifetime = std::chrono::hours(1);

Result<PlanHead> head_of(const Session& session) {
  const WallTime now = loop::walltime_now();
  PlanHead head;
  head.header.not_after = now + kLifetime;
  head.name = "run-" + std::to_string(to_ms(now));
  head.reason = "mainstay run";
  head.targets = session.call.text("targets");
  if (head.targets.empty()) {
    return fail(Fault::Malformed, "--targets is empty, which means no host; all: --targets all");
  }
  RunStep step{.argv = session.call.all("ARGV")};
  for (const std::string& word : step.argv) {
    if (is_placeholder(word)) return fail(Fault::Malformed, "`" + word + "` is not yet supported");
  }
  TRY(const Duration within, session.call.duration("within", std::chrono::minutes(1)));
  if (within <= Duration(0) || within > kStepTimeMax) {
    return fail(Fault::Malformed,
                "--within: expected 1s to 24h, found `" + session.call.text("within") + "`");
  }
  head.steps.push_back({.task = std::move(step), .within = within});
  head.order.regions_at_once = 1000;  // reading hurts nobody: all at once
  head.order.waves.push_back({.kind = WaveSpec::Kind::Rest, .amount = 0, .selector = {}});
  head.order.concurrency = kConcurrency;
  head.advance.failures_kind = Advance::Failures::Percent;
  head.advance.failures = 100;
  return head;
}

Result<Answer> follow(Session& session, const std::string& rollout) {
  bool told = false;
  while (true) {
    TRY(Answer answer, session.centre.look(View::Rollout, rollout));
    if (is_over(answer)) {
      session.screen.progress("");
      return answer;
    }
    const Answer& totals = answer.at("totals");
    const auto& waiting = answer.items("waiting");
    if (!told && totals.number("working") == 0 && !waiting.empty() &&
        !waiting.front().text("next").empty()) {
      told = true;
      session.screen.note(rollout + " waits: " + waiting.front().text("for") +
                          ". It goes on without this " +
                          "command, too; to end it: mainstay abort " + rollout);
    }
    session.screen.progress(std::to_string(totals.number("working")) + " working, " +
                            std::to_string(totals.number("waiting")) + " waiting of " +
                            totals.text("hosts"));
    session.screen.wait(kLookInterval);
  }
}

/// Of this very attempt: by the host alone the log of any later command would come.
std::string output_of(Session& session, const AttemptId& attempt) {
  const auto log = session.centre.look(View::Log, short_name(attempt));
  if (!log) return "output not fetched: " + log.error().detail + "\n";
  std::string text = doubt_of(*log);
  if (!text.empty()) text += "\n";
  for (const auto& line : log->lines("text")) text += line + "\n";
  return text;
}

HostAnswer answer_of(Session& session, const PlanId& plan, const Answer& target) {
  HostAnswer answer{.state = target.text("state"), .reason = {}, .output = {}};
  const auto& attempts = target.items("attempts");
  if (answer.state != "succeeded" && !attempts.empty()) {
    answer.reason = attempts.back().text("reason");
  }
  const auto host = HostId::parse(target.raw("host"));
  if (host && !attempts.empty() && (answer.state == "succeeded" || answer.state == "failed")) {
    const Answer& last = attempts.back();
    answer.output =
        output_of(session, {.plan = plan,
                            .step = static_cast<std::uint16_t>(last.number("step")),
                            .host = *host,
                            .number = static_cast<std::uint16_t>(last.number("number"))});
  }
  return answer;
}

/// Who was meant and cannot be reached did not answer; who is parked is left out on purpose.
bool are_missing(const std::vector<Answer>& out) {
  return std::ranges::any_of(out, [](const Answer& host) {
    const std::string reason = host.text("reason");
    return reason == "silent" || reason == "never seen";
  });
}

}  // namespace

Result<Verdict> run(Session& session) {
  TRY(const PlanHead head, head_of(session));
  TRY(const Bytes data, draft(session, head));
  TRY(const Answer plan, Answer::parse(as_text(data)));
  if (plan.text("phase") == "failed") return fail(Fault::Malformed, plan.text("error"));
  TRY(const Proposal proposal, fetch_proposal(session, plan.raw("id")));
  TRY_STATUS(expect_same_plan(proposal, head));
  // Of a plan that only reads: words of the selector that this fleet does not have.
  for (const Answer& warning : plan.items("warnings")) {
    session.screen.note("warning: " + warning.text());
  }
  if (impact_of(proposal.head.steps) != Impact::ReadOnly || session.call.has("expect-hosts")) {
    TRY_STATUS(agree(session, proposal));
  }
  TRY_STATUS(sign_plan(session, proposal));
  TRY(const std::string rollout, start_plan(session, proposal.id));
  TRY(const Answer end, follow(session, rollout));
  Fold fold;
  std::size_t fetched = 0;
  const auto& targets = end.items("targets");
  for (const Answer& target : targets) {
    session.screen.progress("fetching output: " + std::to_string(++fetched) + " of " +
                            std::to_string(targets.size()));
    fold.add(target.text("host"), answer_of(session, proposal.id, target));
  }
  session.screen.progress("");
  if (session.call.wants_json()) {
    session.screen.print(fold.json(end, plan.items("out")));
  } else {
    session.screen.print(out_line(picture_of(plan)) + fold.text() + totals_text(end.at("totals")) +
                         "\n");
  }
  const bool all = end.at("totals").number("succeeded") == end.at("totals").number("hosts");
  return all && !are_missing(plan.items("out")) ? Verdict::Done : Verdict::HostFailed;
}

}  // namespace mainstay::cli
