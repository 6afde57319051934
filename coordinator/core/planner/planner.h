// From a draft to a plan that can be signed: which hosts are in and which out, with reasons;
// regions and waves; and whether its budgets can be met at all.
#pragma once

#include "common/core/edges.h"
#include "common/plan/quorum.h"
#include "coordinator/core/fleet/fleet.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

inline constexpr Edge<PlanPhase> kPlanEdges[] = {
    {PlanPhase::Freezing, PlanPhase::Frozen},  // its last leaf is stored
    {PlanPhase::Frozen, PlanPhase::Started},   // its one rollout
};
static_assert(all_reachable<PlanPhase, 3>(kPlanEdges, PlanPhase::Freezing));
/// The only door between a plan's phases.
void enter(Turn& turn, Plan& plan, PlanPhase next);

struct Selection {
  std::vector<HostId> in;
  std::vector<Excluded> out;  // matching or undecided; hosts that do not match are not listed
};
Result<Selection> select_targets(const State& state, const PlanHead& head, const Limits& limits,
                                 Now now);
/// What a selector that matches no host asks for and no host has; empty if there is no such word.
std::string stray_word(const State& state, const std::string& targets, const Selector& selector);
/// Of one that does match: labels that no host has, and names that are no host's.
std::vector<std::string> stray_warnings(const State& state, const std::string& targets,
                                        const Selector& selector);
/// Ordered by region (fewest targets first, ties by name), wave, zone, id.
Result<std::vector<Leaf>> lay_out(const State& state, const Draft& draft, const Limits& limits,
                                  Now now);
/// Fails on a budget that could never let one of the hosts go.
Status check_budgets(const State& state, const PlanHead& head, const std::vector<HostId>& hosts);

// ---- events
Ruling draft_plan(Turn& turn, const Nonce& nonce, std::uint64_t request, Draft draft);
void on_answer(Turn& turn, const Host& host, const ResolveAnswer& answer);
void settle_drafts(Turn& turn);
void on(Turn& turn, const PlanFrozen& event);
void on(Turn& turn, const PlanNotFrozen& event);
/// Leaves are stored over several steps. True if this step holds as many as it may.
bool go_on_freezing(Turn& turn);
/// Plans whose end was long ago leave, a few rows a step.
void forget_ended(Turn& turn);
Ruling approve_plan(Turn& turn, const ApprovedHead& approved, const Operator& by);
/// Empty if every host is covered by enough signatures, else what is missing.
std::string approvals_missing(const State& state, const Plan& plan, Now now);
/// By the roster of now: of who approved, some may have been dismissed since.
Count approvals_of(const State& state, const Plan& plan, const Host& host, WallTime now);

}  // namespace mainstay::coordinator
