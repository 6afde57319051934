// A plan being carried out: regions in order, in each its waves, in each wave its targets, one
// attempt after another. Files by event family: grant, outcome, progress, request.
//
// 1. enter() is the only door between a target's phases, enter_phase() between a rollout's, and
//    set_region() between those of its regions.
// 2. A target that waits in a rollout that is halted, aborted or finished is not-started: it needs
//    no row of its own, so that an end costs one write however large the plan is.
// 3. hold_of() decides whether a target may start, and its answer is what people are shown.
#pragma once

#include "common/core/edges.h"
#include "coordinator/core/ledger/ledger.h"

namespace mainstay::coordinator {

inline constexpr Edge<TargetPhase> kTargetEdges[] = {
    {TargetPhase::Waiting, TargetPhase::Working},    // granted and dispatched
    {TargetPhase::Waiting, TargetPhase::Ended},      // skipped, removed, or never heard
    {TargetPhase::Working, TargetPhase::Verifying},  // succeeded; health is looked at
    {TargetPhase::Working, TargetPhase::Waiting},    // expired unstarted, or on to the next step
    {TargetPhase::Working, TargetPhase::Ended},      // failed, refused, unreachable, unknown
    {TargetPhase::Verifying, TargetPhase::Waiting},  // healthy; the next step
    {TargetPhase::Verifying, TargetPhase::Ended},    // healthy after the last step, or worse
    {TargetPhase::Ended, TargetPhase::Waiting},      // retried by an operator
    {TargetPhase::Ended, TargetPhase::Verifying},    // a late success of an unreachable host
    {TargetPhase::Ended, TargetPhase::Ended},        // any other late end of one
};
static_assert(all_reachable<TargetPhase, 4>(kTargetEdges, TargetPhase::Waiting));

inline constexpr Edge<RolloutPhase> kRolloutEdges[] = {
    {RolloutPhase::Running, RolloutPhase::Paused},    // by an operator, or a host has drifted
    {RolloutPhase::Running, RolloutPhase::Halted},    // more failures than allowed
    {RolloutPhase::Running, RolloutPhase::Finished},  // every target has ended, or the plan has
    {RolloutPhase::Running, RolloutPhase::Aborted},   // by operators
    {RolloutPhase::Paused, RolloutPhase::Running},    // resumed
    {RolloutPhase::Paused, RolloutPhase::Halted},     // what was open failed
    {RolloutPhase::Paused, RolloutPhase::Finished},   // what was open was the last
    {RolloutPhase::Paused, RolloutPhase::Aborted},    // by operators
    {RolloutPhase::Halted, RolloutPhase::Aborted},    // so that nothing is retried any more
    {RolloutPhase::Finished,
     RolloutPhase::Running},  // a host is retried, or comes late and goes on
    {RolloutPhase::Finished, RolloutPhase::Aborted},  // while a late success is still looked at
};
static_assert(all_reachable<RolloutPhase, 5>(kRolloutEdges, RolloutPhase::Running));

inline constexpr Edge<RegionPhase> kRegionEdges[] = {
    {RegionPhase::Closed, RegionPhase::Open},  // its turn has come
    {RegionPhase::Closed, RegionPhase::Done},  // all its targets have ended before
    {RegionPhase::Open, RegionPhase::Baking},  // the wave has ended
    {RegionPhase::Open, RegionPhase::Done},    // and with it the whole rollout
    {RegionPhase::Baking, RegionPhase::Open},  // for the next wave
    {RegionPhase::Baking, RegionPhase::Done},  // after the last wave
};
static_assert(all_reachable<RegionPhase, 4>(kRegionEdges, RegionPhase::Closed));

// ---- queries
const PlanHead& head_of(const State& state, const Rollout& rollout);
const Leaf& leaf_of(const State& state, const Rollout& rollout, const Target& target);
bool is_disruptive(const PlanHead& head);
/// How many hosts operators agreed to have worked on at once, 1 or more.
std::uint32_t concurrency_signed(const PlanHead& head);
/// How many hosts may be worked on at once, 1 or more: as signed, or what an operator made of it.
std::uint32_t concurrency_of(const PlanHead& head, const RolloutRow& row);
/// May still start or end something.
bool is_active(const Rollout& rollout);
/// What was begun is finished, and what a person retries is tried.
bool goes_on_when_halted(const Target& target);
/// Some rollout that disrupts is working or verifying on the host.
bool is_disrupted(const State& state, const HostId& host);
AttemptId attempt_of(const Rollout& rollout, const Target& target);
Rollout* rollout_of(State& state, const PlanId& plan);
bool is_failure(OutcomeKind kind);

/// Always adds up to the number of targets.
struct Totals {
  std::uint32_t waiting = 0;
  std::uint32_t working = 0;             // verifying, and between two steps, included
  std::array<std::uint32_t, 7> ended{};  // by OutcomeKind
  [[nodiscard]] std::uint32_t sum() const;
  [[nodiscard]] std::uint32_t failures() const;
  [[nodiscard]] std::uint32_t of(OutcomeKind kind) const {
    return ended[static_cast<std::size_t>(kind)];
  }
};
enum class TargetShow : std::uint8_t { Waiting, Working, Ended };
/// What a target counts as, and its kind if it has ended.
TargetShow show_of(const Rollout& rollout, const Target& target, OutcomeKind& kind);
Totals totals_of(const Rollout& rollout);
Totals totals_of(const State& state, const Rollout& rollout, const std::string& region,
                 std::optional<std::uint32_t> wave);

struct OpenCount {
  std::uint32_t open = 0;
  std::uint32_t reopened = 0;
};
/// What Rollout::open and Rollout::reopened must be, from the targets.
OpenCount count_open(const Rollout& rollout);

// ---- changes
void recount(Rollout& rollout);
void enter(Turn& turn, Rollout& rollout, Target& target, TargetPhase next);
void end_target(Turn& turn, Rollout& rollout, Target& target, OutcomeKind kind,
                const std::string& reason);
struct PhaseCause {
  std::string reason;
  std::string by = {};  // the operator, if one did it
};
void enter_phase(Turn& turn, Rollout& rollout, RolloutPhase next, const PhaseCause& cause);
/// Ends a target that waits. What ran before still counts: a host that was retried keeps the result
/// of its last attempt, and one between two steps that was touched keeps its slot until a person
/// has looked.
void leave_out(Turn& turn, Rollout& rollout, Target& target, const std::string& why);
void add_history(Turn& turn, Target& target, AttemptEntry entry);

/// I07 counted a second way: of what the rollout has in flight, the groups of the host that was
/// just granted are within its absolute budgets. True at a grant only: a host may come back late,
/// or be enrolled anew with other labels, and then nothing more is granted.
void check_granted(const State& state, const Rollout& rollout, const Host& granted);

/// Deadlines, advance, grants, dispatches: all rollouts, once a step.
void run_rollouts(Turn& turn);
/// A host that is removed gives its slot back: nothing may be open on it any more.
void end_removed(Turn& turn, const HostId& host);
void settle_deadlines(Turn& turn, Rollout& rollout);
void advance(Turn& turn, Rollout& rollout);
void settle_verifying(Turn& turn, const Host& host);
void on_rejection(Turn& turn, const Host& host, const Rejection& rejection);
void on(Turn& turn, const RecordArrived& event);
/// After a start: what was open gets new deadlines and is dispatched again.
void reopen_all(Turn& turn);

/// What an operator is told.
struct Ruling {
  Verdict verdict = Verdict::Done;
  std::string text;
};
/// By the rules: it may not be done.
inline Ruling refused(std::string text) {
  return {.verdict = Verdict::Refused, .text = std::move(text)};
}
/// By the words: it means nothing here.
inline Ruling wrong(std::string text) {
  return {.verdict = Verdict::WrongUse, .text = std::move(text)};
}
/// Every leaf's target, waiting, and the regions in the order of the leaves, closed.
Rollout make_rollout(const Plan& plan, RolloutRow row);
Ruling start_plan(Turn& turn, const PlanId& plan, const Operator& by);
Ruling steer(Turn& turn, const SteerRollout& act, const Operator& by);
Ruling set_concurrency(Turn& turn, const SetConcurrency& act, const Operator& by);
Ruling retry(Turn& turn, const RetryHost& act, const Operator& by);
Ruling skip(Turn& turn, const SkipHost& act, const Operator& by);
void abort_plan(Turn& turn, const AbortPlan& act, const Operator& by);

}  // namespace mainstay::coordinator
