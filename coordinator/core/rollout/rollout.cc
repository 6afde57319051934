#include "coordinator/core/rollout/rollout.h"

#include <algorithm>

#include "common/core/check.h"

namespace mainstay::coordinator {

namespace {

bool is_open(TargetPhase phase) {
  return phase == TargetPhase::Working || phase == TargetPhase::Verifying;
}

OpenCount count_of(const Target& target) {
  const bool reopened = target.row.phase == TargetPhase::Waiting && goes_on_when_halted(target);
  return {.open = is_open(target.row.phase) ? 1U : 0U, .reopened = reopened ? 1U : 0U};
}

}  // namespace

bool goes_on_when_halted(const Target& target) {
  return target.row.retried || target.row.step > 0;
}

const PlanHead& head_of(const State& state, const Rollout& rollout) {
  return state.plans.at(rollout.row.plan).row.head;
}

const Leaf& leaf_of(const State& state, const Rollout& rollout, const Target& target) {
  return state.plans.at(rollout.row.plan).leaves.at(target.row.leaf).leaf;
}

bool is_disruptive(const PlanHead& head) {
  return impact_of(head.steps) >= Impact::Disruptive;
}

std::uint32_t concurrency_signed(const PlanHead& head) {
  return std::max(1U, head.order.concurrency);
}

std::uint32_t concurrency_of(const PlanHead& head, const RolloutRow& row) {
  const std::uint32_t agreed = concurrency_signed(head);
  return row.concurrency == 0 ? agreed : std::min(row.concurrency, agreed);
}

bool is_active(const Rollout& rollout) {
  return rollout.row.phase == RolloutPhase::Running || rollout.row.phase == RolloutPhase::Paused ||
         rollout.open > 0 || rollout.reopened > 0;
}

bool is_disrupted(const State& state, const HostId& host) {
  for (const auto& [id, rollout] : state.rollouts) {
    if (rollout.open == 0 || !is_disruptive(head_of(state, rollout))) continue;
    const auto target = rollout.targets.find(host);
    if (target != rollout.targets.end() && is_open(target->second.row.phase)) return true;
  }
  return false;
}

AttemptId attempt_of(const Rollout& rollout, const Target& target) {
  return {.plan = rollout.row.plan,
          .step = target.row.step,
          .host = target.row.host,
          .number = target.row.number};
}

Rollout* rollout_of(State& state, const PlanId& plan) {
  for (auto& [id, rollout] : state.rollouts) {
    if (rollout.row.plan == plan) return &rollout;
  }
  return nullptr;
}

bool is_failure(OutcomeKind kind) {
  return kind == OutcomeKind::Failed || kind == OutcomeKind::Unreachable ||
         kind == OutcomeKind::Unknown;
}

std::uint32_t Totals::sum() const {
  std::uint32_t sum = waiting + working;
  for (const auto number : ended) sum += number;
  return sum;
}

std::uint32_t Totals::failures() const {
  return of(OutcomeKind::Failed) + of(OutcomeKind::Unreachable) + of(OutcomeKind::Unknown);
}

TargetShow show_of(const Rollout& rollout, const Target& target, OutcomeKind& kind) {
  kind = target.row.kind;
  if (target.row.phase == TargetPhase::Ended) return TargetShow::Ended;
  if (is_open(target.row.phase)) return TargetShow::Working;
  const bool over = rollout.row.phase == RolloutPhase::Halted ||
                    rollout.row.phase == RolloutPhase::Aborted ||
                    rollout.row.phase == RolloutPhase::Finished;
  if (over && !(goes_on_when_halted(target) && rollout.row.phase == RolloutPhase::Halted)) {
    kind = OutcomeKind::NotStarted;
    return TargetShow::Ended;
  }
  return target.row.step > 0 ? TargetShow::Working : TargetShow::Waiting;
}

namespace {

void add(Totals& totals, const Rollout& rollout, const Target& target) {
  OutcomeKind kind = OutcomeKind::NotStarted;
  switch (show_of(rollout, target, kind)) {
    case TargetShow::Waiting:
      totals.waiting += 1;
      return;
    case TargetShow::Working:
      totals.working += 1;
      return;
    case TargetShow::Ended:
      totals.ended[static_cast<std::size_t>(kind)] += 1;
      return;
  }
}

}  // namespace

Totals totals_of(const Rollout& rollout) {
  Totals totals;
  for (const auto& [host, target] : rollout.targets) add(totals, rollout, target);
  return totals;
}

Totals totals_of(const State& state, const Rollout& rollout, const std::string& region,
                 std::optional<std::uint32_t> wave) {
  Totals totals;
  for (const auto& [host, target] : rollout.targets) {
    const Leaf& leaf = leaf_of(state, rollout, target);
    if (leaf.region != region || (wave && leaf.wave != *wave)) continue;
    add(totals, rollout, target);
  }
  return totals;
}

OpenCount count_open(const Rollout& rollout) {
  OpenCount sum;
  for (const auto& [host, target] : rollout.targets) {
    const OpenCount one = count_of(target);
    sum.open += one.open;
    sum.reopened += one.reopened;
  }
  return sum;
}

void recount(Rollout& rollout) {
  const OpenCount sum = count_open(rollout);
  rollout.open = sum.open;
  rollout.reopened = sum.reopened;
}

void enter(Turn& turn, Rollout& rollout, Target& target, TargetPhase next) {
  CHECK(allows<TargetPhase>(kTargetEdges, target.row.phase, next));
  const OpenCount before = count_of(target);
  target.row.phase = next;
  target.row.phase_since = turn.now.wall;
  if (next == TargetPhase::Ended) target.row.retried = false;
  const OpenCount after = count_of(target);
  rollout.open = rollout.open - before.open + after.open;
  rollout.reopened = rollout.reopened - before.reopened + after.reopened;
  target.deadline.reset();
  target.silent_since.reset();
  target.rejection.clear();
  if (next != TargetPhase::Working) target.dispatched_at.reset();
  turn.touch(target.row);
  turn.stirred = true;
}

void end_target(Turn& turn, Rollout& rollout, Target& target, OutcomeKind kind,
                const std::string& reason) {
  enter(turn, rollout, target, TargetPhase::Ended);
  target.row.kind = kind;
  target.row.reason = reason;
  turn.audit("target " + std::string(name_of(kind)) +
             " rollout=" + short_name(rollout.row.rollout) + " host=" + target.row.host.text() +
             (reason.empty() ? "" : " reason=" + reason));
}

void enter_phase(Turn& turn, Rollout& rollout, RolloutPhase next, const PhaseCause& cause) {
  static constexpr std::array<std::string_view, 5> kWords = {"running", "paused", "halted",
                                                             "finished", "aborted"};
  CHECK(allows<RolloutPhase>(kRolloutEdges, rollout.row.phase, next));
  rollout.row.phase = next;
  rollout.row.reason = cause.reason;
  rollout.row.phase_since = turn.now.wall;
  turn.touch(rollout.row);
  turn.stirred = true;
  turn.audit("rollout " + std::string(kWords[static_cast<std::size_t>(next)]) + " rollout=" +
             short_name(rollout.row.rollout) + (cause.by.empty() ? "" : " by=" + cause.by) +
             (cause.reason.empty() ? "" : " reason=" + cause.reason));
}

void leave_out(Turn& turn, Rollout& rollout, Target& target, const std::string& why) {
  const auto& history = target.row.history;
  if (target.row.step > 0) {
    const auto& steps = head_of(turn.state, rollout).steps;
    const auto slot = turn.state.slots.find(target.row.host);
    const bool touched = std::any_of(
        steps.begin(), steps.begin() + target.row.step,
        [](const Step& step) { return impact_of(kind_of(step)) >= Impact::Disruptive; });
    if (touched || (slot != turn.state.slots.end() && slot->second.tainted)) {
      taint_slot(turn, target.row.host, rollout.row.rollout,
                 "left half way in " + short_name(rollout.row.rollout));
    } else {
      release_slot(turn, target.row.host, rollout.row.rollout, "left before it was touched");
    }
    end_target(turn, rollout, target, OutcomeKind::NotStarted, "half way: " + why);
  } else if (target.row.retried && !history.empty()) {
    const AttemptEntry last = history.back();
    target.row.number = last.number;  // the one after it was never granted
    end_target(turn, rollout, target, last.kind, last.reason + "; not tried again: " + why);
  } else {
    end_target(turn, rollout, target, OutcomeKind::NotStarted, why);
  }
}

void add_history(Turn& turn, Target& target, AttemptEntry entry) {
  auto& history = target.row.history;
  // The real end of an attempt takes the place of "unreachable".
  if (!history.empty() && history.back().step == entry.step &&
      history.back().number == entry.number && history.back().kind == OutcomeKind::Unreachable) {
    history.back() = std::move(entry);
  } else {
    history.push_back(std::move(entry));
  }
  if (history.size() > turn.limits.history_max) history.erase(history.begin());
  turn.touch(target.row);
}

}  // namespace mainstay::coordinator
