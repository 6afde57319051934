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
  session.screen.print(render_plan(picture_of(plan)));
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

Result<Verdict> start_it(Session& session, const PlanId& plan, bool watches) {
  TRY(const std::string rollout, start_plan(session, plan));
  if (!session.call.wants_json()) {
    session.screen.print(rollout + " started.   mainstay watch " + rollout + "\n");
  } else if (!watches) {
    session.screen.print(act_json(rollout + " started", {{"rollout", rollout}}));
  }
  if (!watches) return Verdict::Done;
  return watch_rollout(session, rollout);
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
  const bool starts = session.call.has("start");
  if (!session.call.wants_json()) session.screen.print(said + "\n");
  if (starts) return start_it(session, proposal.id, false);
  if (session.call.wants_json()) session.screen.print(act_json(said));
  return Verdict::Done;
}

Result<Verdict> start(Session& session) {
  TRY(const std::string id, whole_id(session, session.call.text("PLAN")));
  return start_it(session, *PlanId::from(*from_hex(id)), false);
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
  if (!session.call.wants_json()) session.screen.print(said + "\n");
  return start_it(session, proposal.id, !session.call.has("no-watch"));
}

}  // namespace mainstay::cli
