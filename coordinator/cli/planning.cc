#include "coordinator/cli/planning.h"

#include <algorithm>

#include "common/core/escape.h"
#include "common/document/plan_document.h"
#include "common/loop/clock.h"
#include "common/wire/encode.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

constexpr Duration kPollInterval = std::chrono::milliseconds(250);

std::string progress_text(const Answer& plan) {
  const Answer& resolving = plan.at("resolving");
  return "resolving: " + resolving.text("answered") + " of " +
         plural(resolving.number("asked"), "host") + " answered";
}

}  // namespace

Result<PlanHead> read_plan_file(const std::string& path) {
  TRY(const std::string text, read_text_file(path));
  return document::read_plan(text, path, loop::walltime_now());
}

Result<Bytes> draft(Session& session, const PlanHead& head) {
  session.screen.progress("resolving the plan");
  TRY(const Reply reply, session.centre.change(DraftPlan{head}));
  if (reply.text.empty()) return fail(Fault::Corrupt, "the centre named no draft");
  while (true) {
    auto data = session.centre.read(View::Plan, reply.text);
    if (!data) {
      session.screen.progress("");
      return data;
    }
    TRY(const Answer plan, Answer::parse(as_text(*data)));
    if (plan.text("phase") != "resolving") {
      session.screen.progress("");
      if (plan.text("phase") == "failed") return fail(Fault::Malformed, plan.text("error"));
      return data;
    }
    session.screen.progress(progress_text(plan));
    session.screen.wait(kPollInterval);
  }
}

std::string locate(const std::string& path, std::string_view text, const std::string& complaint) {
  // The centre knows no file: it complains of who takes part, or of a budget.
  const std::string_view section = complaint.starts_with("the budget") ? "budget:" : "targets:";
  std::size_t number = 1;
  for (; !text.empty() && !text.starts_with(section); ++number) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  const std::string line = text.empty() ? "" : std::to_string(number) + ":1: ";
  return escape_for_terminal(path) + (line.empty() ? ": " : ":" + line) + complaint;
}

Result<Bytes> draft_file(Session& session, const std::string& path, const PlanHead& head) {
  auto data = draft(session, head);
  if (data || data.error().fault != Fault::Malformed) return data;
  const auto text = read_text_file(path);
  return fail(Fault::Malformed, locate(path, text ? *text : "", data.error().detail));
}

Result<Proposal> fetch_proposal(Session& session, const std::string& id) {
  session.screen.progress("fetching and checking every part of the plan");
  auto bundle = session.centre.read(View::PlanBundle, id);
  session.screen.progress("");
  if (!bundle) return std::unexpected(bundle.error());
  TRY(Proposal proposal, check_bundle(*bundle, loop::walltime_now()));
  if (to_hex(proposal.id.view()) != id) {
    return fail(Fault::Denied, "do not sign: the plan that came is " + short_name(proposal.id) +
                                   ", not the one asked for");
  }
  return proposal;
}

Status agree(Session& session, const Proposal& proposal) {
  const std::string name = short_name(proposal.id);
  const std::size_t hosts = proposal.leaves.size();
  TRY(const auto expected, session.call.count("expect-hosts"));
  if (expected && *expected != hosts) {
    return fail(Fault::Denied, name + " has " + plural(static_cast<std::int64_t>(hosts), "host") +
                                   ", not the " + std::to_string(*expected) +
                                   " expected: nothing was signed");
  }
  const std::string plan = session.call.text("expect");
  if (!plan.empty() && plan != name && plan != to_hex(proposal.id.view())) {
    return fail(Fault::Denied,
                "the plan is " + name + ", not the one expected: nothing was signed");
  }
  if (expected || !plan.empty()) return {};
  const auto typed =
      session.screen.ask("Type the number of hosts (" + std::to_string(hosts) + "): ");
  if (!typed) {
    return fail(Fault::Stale,
                name + " needs an approval, and nobody is there to ask: " + "mainstay approve " +
                    name + " --start --expect-hosts " + std::to_string(hosts));
  }
  if (*typed != std::to_string(hosts)) {
    return fail(Fault::Denied, "that is not " + std::to_string(hosts) +
                                   ": nothing was signed. mainstay approve " + name + " --start");
  }
  return {};
}

Result<std::string> sign_plan(Session& session, const Proposal& proposal) {
  TRY(Bytes envelope, session.centre.sign(context::kPlanHead, proposal.payload));
  TRY(const Reply reply, session.centre.change(ApprovePlan{std::move(envelope)}));
  return escape_for_terminal(reply.text.empty() ? short_name(proposal.id) + " signed" : reply.text);
}

Result<std::string> start_plan(Session& session, const PlanId& plan) {
  TRY(const Reply reply, session.centre.change(StartPlan{plan}));
  if (!reply.data.empty()) {
    TRY(const Answer answer, Answer::parse(as_text(reply.data)));
    if (answer.has("rollout")) return answer.text("rollout");
  }
  TRY(const Answer answer, session.centre.look(View::Plan, to_hex(plan.view())));
  if (!answer.has("rollout")) return fail(Fault::Corrupt, "the centre named no rollout");
  return answer.text("rollout");
}

}  // namespace mainstay::cli
