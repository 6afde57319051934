// plan, plan show, plan list, approve, start, apply.
#include "coordinator/cli/cosign.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/planning.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

Result<Verdict> print_plan(Session& session, const Bytes& data) {
  if (session.call.wants_json()) {
    TRY(const std::string json, tidy_json(as_text(data)));
    session.screen.print(json);
    return Verdict::Done;
  }
  TRY(const Answer plan, Answer::parse(as_text(data)));
  const PlanPicture picture = picture_of(plan);
  const bool is_page = session.call.output() == "markdown";
  session.screen.print(is_page ? plan_markdown(picture) : render_plan(picture));
  return Verdict::Done;
}

/// What was checked here, with what only the centre can know beside it.
void print_checked(Session& session, const Proposal& proposal, const Answer& plan) {
  if (session.call.wants_json()) return;
  PlanPicture picture = picture_of(proposal);
  add_surroundings(picture, plan);
  picture.phase.clear();  // what comes next is asked right below
  session.screen.print(render_plan(picture));
}

Result<std::string> whole_id(Session& session, const std::string& argument) {
  TRY(const Answer plan, session.centre.look(View::Plan, argument));
  std::string id = plan.raw("id");
  const auto digest = from_hex(id);
  if (!digest || digest->size() != 32) {
    return fail(Fault::Malformed, "the plan is " + plan.text("phase") +
                                      (plan.has("error") ? ": " + plan.text("error") : "") +
                                      "; see: mainstay plan list");
  }
  return id;
}

/// What scripts are told of a plan that was signed or started. That it was is certain, even if the
/// centre cannot be asked any more.
ActFields fields_of(Session& session, const PlanId& id) {
  const auto plan = session.centre.look(View::Plan, to_hex(id.view()));
  const Answer known = plan ? *plan : Answer();
  const auto count = [](const Answer& from) {
    return from.is_null() ? ActValue(nullptr) : ActValue(from.number());
  };
  const Answer& signatures = known.at("signatures");
  return {{"plan", short_name(id)},
          {"id", to_hex(id.view())},
          {"hosts", count(known.at("in"))},
          {"signatures_have", count(signatures.at("have"))},
          {"signatures_need", count(signatures.at("need"))},
          {"rollout", known.has("rollout") ? ActValue(known.text("rollout")) : ActValue(nullptr)}};
}

enum class Then : unsigned char { Leave, Watch };

/// `said` of its signature comes in one piece with the rollout's name: a reader that has left is
/// noticed when both are known.
Result<Verdict> start_it(Session& session, const PlanId& plan, std::string said, Then then) {
  if (!said.empty()) said += "\n";
  const auto rollout = start_plan(session, plan);
  if (!session.call.wants_json()) {
    session.screen.print(rollout ? said + *rollout + " started.   mainstay watch " + *rollout + "\n"
                                 : said);
  }
  if (!rollout) return std::unexpected(rollout.error());
  if (then == Then::Watch) return watch_rollout(session, *rollout);
  if (session.call.wants_json()) {
    ActFields fields = fields_of(session, plan);
    fields.back().second = *rollout;
    session.screen.print(act_json(*rollout + " started", fields));
  }
  return Verdict::Done;
}

}  // namespace

Result<Verdict> plan_file(Session& session) {
  TRY(const PlanHead head, read_plan_file(session.call.text("FILE")));
  TRY(const Bytes data, draft_file(session, session.call.text("FILE"), head));
  return print_plan(session, data);
}

Result<Verdict> plan_show(Session& session) {
  const std::string argument = session.call.text("PLAN");
  if (session.call.output() == "yaml") {
    TRY(const std::string id, whole_id(session, argument));
    TRY(const Proposal proposal, fetch_proposal(session, id));
    TRY(const Answer plan, session.centre.look(View::Plan, id));
    session.screen.print(
        plan_yaml(proposal.head, std::chrono::seconds(plan.number("valid_seconds"))));
    return Verdict::Done;
  }
  TRY(const Bytes data, session.centre.read(View::Plan, argument));
  return print_plan(session, data);
}

Result<Verdict> plan_list(Session& session) {
  return show(session, View::Plans, {}, render_plans);
}

Result<Verdict> approve(Session& session) {
  const std::string name = session.call.text("PLAN");
  if (name.starts_with("C-")) return approve_statement(session, name);
  TRY(const Answer plan, session.centre.look(View::Plan, name));
  TRY(const std::string id, whole_id(session, name));
  TRY(const Proposal proposal, fetch_proposal(session, id));
  print_checked(session, proposal, plan);
  TRY_STATUS(agree(session, proposal));
  TRY(const std::string said, sign_plan(session, proposal));
  if (session.call.has("start")) return start_it(session, proposal.id, said, Then::Leave);
  session.screen.print(session.call.wants_json() ? act_json(said, fields_of(session, proposal.id))
                                                 : said + "\n");
  return Verdict::Done;
}

Result<Verdict> start(Session& session) {
  TRY(const std::string id, whole_id(session, session.call.text("PLAN")));
  return start_it(session, *PlanId::from(*from_hex(id)), {}, Then::Leave);
}

Result<Verdict> apply(Session& session) {
  TRY(const PlanHead head, read_plan_file(session.call.text("FILE")));
  TRY(const Bytes data, draft_file(session, session.call.text("FILE"), head));
  TRY(const Answer plan, Answer::parse(as_text(data)));
  TRY(const Proposal proposal, fetch_proposal(session, plan.raw("id")));
  TRY_STATUS(expect_same_plan(proposal, head));
  print_checked(session, proposal, plan);
  TRY_STATUS(agree(session, proposal));
  TRY(const std::string said, sign_plan(session, proposal));
  return start_it(session, proposal.id, said,
                  session.call.has("no-watch") ? Then::Leave : Then::Watch);
}

}  // namespace mainstay::cli
