// A frozen plan is stored in pieces, because a step's commit is bounded: its row, its leaves over
// several steps, and its row again, by which it counts as frozen and its operator hears of it.
#include <algorithm>

#include "common/core/check.h"
#include "coordinator/core/planner/planner.h"

namespace mainstay::coordinator {

namespace {

void count_as_frozen(Turn& turn, Plan& plan) {
  const std::string name = short_name(plan.row.plan);
  enter(turn, plan, PlanPhase::Frozen);
  turn.audit("plan frozen plan=" + name + " name=" + plan.row.head.name +
             " hosts=" + std::to_string(plan.leaves.size()) + " by=" + plan.row.drafted_by);
  if (plan.request) turn.answer(*plan.request, Verdict::Done, name);
  plan.request.reset();
}

}  // namespace

void enter(Turn& turn, Plan& plan, PlanPhase next) {
  CHECK(allows<PlanPhase>(kPlanEdges, plan.row.phase, next));
  plan.row.phase = next;
  turn.touch(plan.row);
}

void on(Turn& turn, const PlanFrozen& event) {
  State& state = turn.state;
  const auto found = state.drafts.find(event.draft);
  if (found == state.drafts.end() || !found->second.freezing) return;
  Draft draft = std::move(found->second);
  state.drafts.erase(found);
  CHECK(draft.leaves.size() == event.leaves.size());
  CHECK(event.head.host_count == event.leaves.size());
  if (state.plans.contains(event.plan)) {  // the very same plan, drafted twice
    turn.answer(draft.request, Verdict::Done, short_name(event.plan));
    return;
  }
  Plan& plan = state.plans[event.plan];
  plan.row.plan = event.plan;
  plan.row.head = event.head;
  plan.row.head_payload = event.head_payload;
  plan.row.drafted_by = draft.by;
  plan.row.drafted_at = turn.now.wall;
  plan.row.excluded_count = static_cast<std::uint32_t>(draft.excluded.size());
  draft.excluded.resize(std::min(draft.excluded.size(), turn.limits.excluded_max));
  for (auto& excluded : draft.excluded) {
    excluded.reason.resize(std::min(excluded.reason.size(), turn.limits.excluded_reason_bytes_max));
  }
  plan.row.excluded = std::move(draft.excluded);
  plan.request = draft.request;
  plan.draft = event.draft;
  for (std::size_t i = 0; i < event.leaves.size(); ++i) {
    LeafRow row;
    row.plan = event.plan;
    row.index = static_cast<std::uint32_t>(i);
    row.leaf = std::move(draft.leaves[i]);
    row.bytes = event.leaves[i];
    plan.leaves.push_back(std::move(row));
  }
  turn.touch(plan.row);
  turn.go_on();  // the row alone may be a third of what a commit takes, and the leaves of a step
                 // more
}

bool go_on_freezing(Turn& turn) {
  for (auto& [id, plan] : turn.state.plans) {
    if (plan.row.phase != PlanPhase::Freezing) continue;
    if (plan.leaves_stored == plan.leaves.size()) {
      count_as_frozen(turn, plan);
      return false;  // another one in the next step
    }
    std::size_t bytes = 0;
    std::size_t count = 0;
    while (plan.leaves_stored < plan.leaves.size() && count < turn.limits.freeze_leaves_per_step &&
           bytes < turn.limits.freeze_bytes_per_step) {
      const LeafRow& leaf = plan.leaves[plan.leaves_stored];
      bytes += leaf.bytes.size();
      turn.put(leaf);
      plan.leaves_stored += 1;
      count += 1;
    }
    turn.go_on();
    return true;
  }
  return false;
}

namespace {

/// Why these signatures count for no host of the plan; empty if they count for any.
std::string worthless(const State& state, const Plan& plan, const std::vector<PublicKey>& signers,
                      const Operator& by, Now now) {
  if (!state.roster) return "";
  for (const auto& leaf : plan.leaves) {
    const Host* host = find_host(state, leaf.leaf.host);
    if (host == nullptr) continue;
    const Count count = count_signatures(state.roster->roster, signers,
                                         {.say = Say::Plan,
                                          .asked = 1,
                                          .host = host->row.host,
                                          .labels = &host->row.certificate.labels,
                                          .at = now.wall});
    if (count.given > 0) return "";
  }
  return "your signature counts for no host of the plan: the scope of " + by.name + " is `" +
         by.scope + "`; see who covers it: mainstay operator list";
}

}  // namespace

Ruling approve_plan(Turn& turn, const ApprovedHead& approved, const Operator& by) {
  const auto found = turn.state.plans.find(approved.plan);
  if (found == turn.state.plans.end()) {
    return {.verdict = Verdict::WrongUse, .text = "no such plan: " + short_name(approved.plan)};
  }
  Plan& plan = found->second;
  if (plan.row.phase == PlanPhase::Freezing) {
    return {.verdict = Verdict::WrongUse, .text = short_name(approved.plan) + " is not frozen yet"};
  }
  if (plan.row.head.header.not_after <= turn.now.wall) {
    return {.verdict = Verdict::WrongUse, .text = "the plan is no longer valid: plan again"};
  }
  for (const auto& key : approved.head.signers()) {
    const auto signer = operator_of(turn.state, key, turn.now.wall);
    if (!signer || !may_operate(signer->role)) continue;
    const bool known =
        std::ranges::find(plan.row.approvals, key, &Approval::key) != plan.row.approvals.end();
    if (known || plan.row.approvals.size() >= kSignaturesMax) continue;
    plan.row.approvals.push_back({.key = key,
                                  .name = signer->name,
                                  .at = turn.now.wall,
                                  .document = approved.head.document()});
    turn.audit("plan approved plan=" + short_name(approved.plan) + " signature=" + signer->name +
               " brought by=" + by.name);
  }
  turn.touch(plan.row);
  const std::string missing = approvals_missing(turn.state, plan, turn.now);
  if (std::string why = worthless(turn.state, plan, approved.head.signers(), by, turn.now);
      !why.empty()) {
    return {.verdict = Verdict::Refused, .text = std::move(why)};
  }
  return {.verdict = Verdict::Done,
          .text = missing.empty() ? short_name(approved.plan) + " approved" : missing};
}

Count approvals_of(const State& state, const Plan& plan, const Host& host, WallTime now) {
  if (!state.roster) return {.given = 0, .needed = 1};
  const Roster& roster = state.roster->roster;
  std::vector<PublicKey> signers;
  for (const auto& approval : plan.row.approvals) signers.push_back(approval.key);
  const auto impact = std::to_underlying(impact_of(plan.row.head.steps));
  return count_signatures(roster, signers,
                          {.say = Say::Plan,
                           .asked = roster.signatures_needed.at(impact),
                           .host = host.row.host,
                           .labels = &host.row.certificate.labels,
                           .at = now});
}

std::string approvals_missing(const State& state, const Plan& plan, Now now) {
  for (const auto& leaf : plan.leaves) {
    const Host* host = find_host(state, leaf.leaf.host);
    if (host == nullptr) continue;  // removed: it gets nothing
    const Count count = approvals_of(state, plan, *host, now.wall);
    if (count.given >= count.needed) continue;
    return short_name(plan.row.plan) + " has " + std::to_string(count.given) + " of " +
           std::to_string(count.needed) + " signatures needed for " + leaf.leaf.host.text() +
           ": mainstay approve " + short_name(plan.row.plan);
  }
  return "";
}

}  // namespace mainstay::coordinator
