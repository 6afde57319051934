// Grants and dispatches. A grant is one step: target, slot and audit record are durable before the
// permit leaves. Open attempts are dispatched again until their record is in: the host answers a
// known attempt with what it has.
#include <algorithm>

#include "common/core/check.h"
#include "coordinator/core/rollout/hold.h"

namespace mainstay::coordinator {

namespace {

std::optional<AttemptPhase> reported_phase(const Host& host, const AttemptId& attempt) {
  const auto found = std::ranges::find(host.sight.open, attempt, &AttemptState::attempt);
  if (found == host.sight.open.end()) return std::nullopt;
  return found->phase;
}

DispatchItem item_of(const Turn& turn, const Rollout& rollout, const Target& target,
                     const Host& host) {
  DispatchItem item{.attempt = attempt_of(rollout, target),
                    .leaf = target.row.leaf,
                    .host = host.row.link_key,
                    .permit = std::nullopt};
  if (!needs_permit(head_of(turn.state, rollout), target.row.step)) return item;
  CHECK(host.sight.report_at.has_value());
  const Duration age = turn.now.mono - *host.sight.report_at;
  item.permit = Permit{.attempt = item.attempt,
                       .term = turn.state.reign.term,
                       .boot = host.sight.boot,
                       .not_after = host.sight.boottime + age + turn.limits.permit_lifetime};
  return item;
}

Instant deadline_of(const Turn& turn, const PlanHead& head, const Target& target) {
  return turn.now.mono + head.steps.at(target.row.step).within + turn.limits.attempt_grace;
}

void give(Turn& turn, Outlook& outlook, Rollout& rollout, Target& target,
          std::vector<DispatchItem>& items) {
  const Host& host = turn.state.hosts.at(target.row.host);
  const PlanHead& head = head_of(turn.state, rollout);
  CHECK(!turn.state.stopped);  // I12
  CHECK(!is_disrupted(turn.state, target.row.host) || !is_disruptive(head));
  if (is_disruptive(head)) {
    turn.disrupts = true;
    target.row.snapshot = book_slot(turn, host, rollout.row.rollout).snapshot;
  }
  outlook.granted(rollout, target, host);
  if (needs_permit(head, target.row.step)) {
    CHECK(outlook.starts <= turn.limits.starts_per_minute);  // I10
    turn.state.starts.push_back(turn.now.mono);
  }
  enter(turn, rollout, target, TargetPhase::Working);
  if (is_disruptive(head)) check_granted(turn.state, rollout, host);
  target.row.granted_at = turn.now.wall;
  target.deadline = deadline_of(turn, head, target);
  target.dispatched_at = turn.now.mono;
  turn.audit("attempt granted " + short_name(attempt_of(rollout, target)) +
             " rollout=" + short_name(rollout.row.rollout));
  items.push_back(item_of(turn, rollout, target, host));
}

void grant(Turn& turn, Outlook& outlook, Rollout& rollout, std::vector<DispatchItem>& items) {
  const Plan& plan = turn.state.plans.at(rollout.row.plan);
  // Leaves are in the order of regions, waves, zones and ids.
  for (const auto& leaf : plan.leaves) {
    if (turn.is_full()) return;
    Target& target = rollout.targets.at(leaf.leaf.host);
    if (target.row.phase != TargetPhase::Waiting) continue;
    const auto hold = hold_of(outlook, rollout, target);
    if (!hold) {
      give(turn, outlook, rollout, target, items);
    } else if (hold->bind == Bind::Stopped || hold->bind == Bind::Listening ||
               hold->bind == Bind::Validity || hold->bind == Bind::Paused) {
      return;  // true of all of them
    }
  }
}

/// Every permit that leaves counts as a start: the one before may have been lost or come late
/// (I10).
bool may_permit(Turn& turn) {
  if (turn.state.starts.size() >= turn.limits.starts_per_minute) return false;
  turn.state.starts.push_back(turn.now.mono);
  return true;
}

bool is_due(const Turn& turn, const Target& target, const Host* host) {
  if (host == nullptr || !is_fit(*host, turn.limits, turn.now)) return false;
  return !target.dispatched_at ||
         turn.now.mono - *target.dispatched_at >= turn.limits.dispatch_interval;
}

/// A host that was given up and is heard again still holds its slot, and may never have seen the
/// attempt. It is asked to close it, and says so under its own key.
void close_given_up(Turn& turn, std::vector<DispatchItem>& items) {
  for (const auto& [id, slot] : turn.state.slots) {
    if (slot.tainted || items.size() >= 64) continue;
    const auto rollout = turn.state.rollouts.find(slot.rollout);
    if (rollout == turn.state.rollouts.end()) continue;
    const auto target = rollout->second.targets.find(id);
    if (target == rollout->second.targets.end() || target->second.row.phase != TargetPhase::Ended ||
        target->second.row.kind != OutcomeKind::Unreachable) {
      continue;
    }
    const Host* host = find_host(turn.state, id);
    if (!is_due(turn, target->second, host)) continue;
    DispatchItem item = item_of(turn, rollout->second, target->second, *host);
    if (reported_phase(*host, item.attempt)) continue;
    if (item.permit) {
      if (!may_permit(turn)) continue;
      item.permit->not_after = kPermitToClose;
    } else if (turn.state.stopped) {
      continue;
    }  // a step that only reads is simply asked for again: its record frees the slot, too
    target->second.dispatched_at = turn.now.mono;
    items.push_back(std::move(item));
  }
}

void dispatch_again(Turn& turn, Rollout& rollout, std::vector<DispatchItem>& items) {
  const PlanHead& head = head_of(turn.state, rollout);
  for (auto& [id, target] : rollout.targets) {
    if (target.row.phase != TargetPhase::Working || items.size() >= 64) continue;
    const Host* host = find_host(turn.state, id);
    if (!is_due(turn, target, host)) continue;
    const auto phase = reported_phase(*host, attempt_of(rollout, target));
    if (phase == AttemptPhase::Intended || phase == AttemptPhase::Started) continue;
    DispatchItem item = item_of(turn, rollout, target, *host);
    if (phase && *phase >= AttemptPhase::Finished) {
      item.permit.reset();  // asks for its record only
    } else if (turn.state.stopped || head.header.not_after <= turn.now.wall) {
      continue;  // a new permit could become a new start (I12)
    } else if (item.permit && !may_permit(turn)) {
      if (!target.dispatched_at) target.deadline = deadline_of(turn, head, target);
      continue;
    }
    target.dispatched_at = turn.now.mono;
    items.push_back(std::move(item));
  }
}

}  // namespace

void run_rollouts(Turn& turn) {
  State& state = turn.state;
  while (!state.starts.empty() && turn.now.mono - state.starts.front() >= std::chrono::minutes(1)) {
    state.starts.pop_front();
  }
  for (auto& [id, rollout] : state.rollouts) {
    if (!is_active(rollout)) continue;
    if (turn.is_full()) break;
    settle_deadlines(turn, rollout);
    if (!turn.is_full()) advance(turn, rollout);
  }
  std::vector<DispatchItem> items;
  Outlook outlook(state, turn.limits, turn.now);
  for (auto& [id, rollout] : state.rollouts) {
    if (is_active(rollout)) grant(turn, outlook, rollout, items);
  }
  const bool listening = !state.listen_until || turn.now.mono < *state.listen_until;
  for (auto& [id, rollout] : state.rollouts) {
    if (rollout.open > 0 && !listening) dispatch_again(turn, rollout, items);
  }
  if (!listening) close_given_up(turn, items);
  if (items.empty()) return;
  turn.order(SendDispatches{
      .items = std::move(items), .term = state.reign.term, .audit = state.audit.head});
}

/// Starts of the last minute still count, wherever they led since: in doubt they were just now. A
/// wall clock that was set forward within that minute hides them; the gate's own count goes on.
void recall_starts(Turn& turn, const Rollout& rollout, const PlanHead& head) {
  if (!is_disruptive(head)) return;
  for (const auto& [host, target] : rollout.targets) {
    if (turn.now.wall - target.row.granted_at >= std::chrono::minutes(1)) continue;
    // Steps and retries may have followed each other within the minute; the open one is in no
    // history yet.
    const std::size_t open = target.row.phase == TargetPhase::Working ? 1 : 0;
    const std::size_t starts = std::max<std::size_t>(1, target.row.history.size() + open);
    turn.state.starts.insert(turn.state.starts.end(), starts, turn.now.mono);
  }
}

void reopen_all(Turn& turn) {
  for (auto& [id, rollout] : turn.state.rollouts) {
    const PlanHead& head = head_of(turn.state, rollout);
    recall_starts(turn, rollout, head);
    if (rollout.open == 0) continue;
    for (auto& [host, target] : rollout.targets) {
      if (target.row.phase == TargetPhase::Working) {
        target.deadline = deadline_of(turn, head, target);
      } else if (target.row.phase == TargetPhase::Verifying) {
        target.deadline = turn.now.mono + turn.limits.verify_max;
      }
    }
  }
}

}  // namespace mainstay::coordinator
