#include "coordinator/core/view.h"

#include <algorithm>
#include <charconv>

#include "common/select/fleet_facts.h"

namespace mainstay::coordinator {

FleetCounts fleet_counts(const State& state, const Limits& limits, Now now) {
  FleetCounts counts;
  for (const auto& [id, host] : state.hosts) {
    if (!is_enrolled(host)) continue;
    counts.hosts += 1;
    const Liveness liveness = liveness_of(host, limits, now);
    if (is_parked(host, now)) {
      counts.parked += 1;
    } else if (liveness == Liveness::Live) {
      counts.live += 1;
    } else if (liveness == Liveness::Silent) {
      counts.silent += 1;
    } else {
      counts.never_seen += 1;
    }
  }
  return counts;
}

std::string_view state_of(const Host& host, const Limits& limits, Now now) {
  if (host.row.revoked) return "revoked";
  if (is_parked(host, now)) return "parked";
  if (is_duplicate(host, limits, now)) return "duplicate";
  return name_of(liveness_of(host, limits, now));
}

Result<std::vector<const Host*>> find_hosts(const State& state, std::string_view selector,
                                            const Limits& limits, Now now) {
  std::optional<Selector> parsed;
  if (!selector.empty()) {
    TRY(Selector found, parse_selector(selector, kFleetFacts));
    parsed = std::move(found);
  }
  std::vector<const Host*> hosts;
  for (const auto& [id, host] : state.hosts) {
    if (!is_enrolled(host)) continue;
    if (!parsed || parsed->evaluate(HostSubject(host, limits, now)) == Truth::True) {
      hosts.push_back(&host);
    }
  }
  return hosts;
}

std::string_view name_of(RolloutPhase phase) {
  static constexpr std::array<std::string_view, 5> kNames = {"running", "paused", "halted",
                                                             "finished", "aborted"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view name_of(PlanPhase phase) {
  static constexpr std::array<std::string_view, 3> kNames = {"freezing", "frozen", "started"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view name_of(RegionPhase phase) {
  static constexpr std::array<std::string_view, 4> kNames = {"closed", "open", "baking", "done"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view word_of(const Rollout& rollout, const Target& target) {
  OutcomeKind kind = OutcomeKind::NotStarted;
  switch (show_of(rollout, target, kind)) {
    case TargetShow::Waiting:
      return "waiting";
    case TargetShow::Working:
      return target.row.phase == TargetPhase::Verifying ? "verifying" : "working";
    case TargetShow::Ended:
      return mainstay::name_of(kind);
  }
  return "waiting";
}

const Rollout* find_rollout(const State& state, std::string_view text) {
  const std::string_view digits = text.starts_with("R-") ? text.substr(2) : text;
  std::uint32_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec == std::errc() && read.ptr == digits.data() + digits.size()) {
    const auto found = state.rollouts.find(RolloutId{number});
    if (found != state.rollouts.end()) return &found->second;
  }
  const Rollout* newest = nullptr;
  for (const auto& [id, rollout] : state.rollouts) {
    if (head_of(state, rollout).name == text) newest = &rollout;
  }
  return newest;
}

const Plan* find_plan(const State& state, std::string_view text) {
  const std::string_view digits = text.starts_with("P-") ? text.substr(2) : text;
  const Plan* found = nullptr;
  for (const auto& [id, plan] : state.plans) {
    const bool named = digits.size() >= 6 && to_hex(id.view()).starts_with(digits);
    if (!named && to_hex(plan.draft.view()) != text) continue;
    if (found != nullptr) return nullptr;  // ambiguous
    found = &plan;
  }
  if (found != nullptr) return found;
  for (const auto& [id, plan] : state.plans) {
    if (plan.row.head.name != text) continue;
    if (found == nullptr || plan.row.drafted_at > found->row.drafted_at) found = &plan;
  }
  return found;
}

std::vector<LedgerLine> ledger_lines(const State& state, const Limits& limits, Now now) {
  return Ledger(state, limits, now).lines();
}

namespace {

void add_host_needs(const State& state, const Limits& limits, Now now, std::vector<Need>& needs) {
  for (const auto& [id, host] : state.hosts) {
    if (is_enrolled(host) && is_duplicate(host, limits, now)) {
      needs.push_back({.urgency = Need::Urgency::High,
                       .text = id.text() + ": two machines use one key, both are quarantined",
                       .since = host.sight.row.seen_at,
                       .next = "mainstay host show " + id.text()});
    }
  }
  const FleetCounts counts = fleet_counts(state, limits, now);
  if (counts.silent > 0) {
    needs.push_back({.urgency = Need::Urgency::Medium,
                     .text = std::to_string(counts.silent) +
                             (counts.silent == 1 ? " host is silent" : " hosts are silent"),
                     .since = {},
                     .next = "mainstay host list --where silent"});
  }
}

void add_slot_needs(const State& state, std::vector<Need>& needs) {
  for (const auto& [id, slot] : state.slots) {
    if (is_disrupted(state, id)) continue;
    const auto& rollout = state.rollouts.at(slot.rollout);
    const auto target = rollout.targets.find(id);
    if (target == rollout.targets.end() || target->second.row.phase != TargetPhase::Ended) continue;
    const auto& row = target->second.row;
    needs.push_back({.urgency = Need::Urgency::Medium,
                     .text = id.text() + " " + std::string(mainstay::name_of(row.kind)) + " in " +
                             short_name(slot.rollout) +
                             (row.reason.empty() ? "" : " (" + row.reason + ")") + ", slot booked",
                     .since = slot.since,
                     .next = "mainstay host show " + id.text()});
  }
}

void add_rollout_needs(const State& state, std::vector<Need>& needs) {
  for (const auto& [id, rollout] : state.rollouts) {
    const RolloutPhase phase = rollout.row.phase;
    if (phase != RolloutPhase::Paused && !(phase == RolloutPhase::Halted)) continue;
    needs.push_back({.urgency = Need::Urgency::Medium,
                     .text = short_name(id) + " " + head_of(state, rollout).name + " is " +
                             std::string(name_of(phase)) + ": " + rollout.row.reason,
                     .since = rollout.row.phase_since,
                     .next = phase == RolloutPhase::Paused ? "mainstay resume " + short_name(id)
                                                           : "mainstay watch " + short_name(id)});
  }
}

}  // namespace

std::vector<Need> needs_of(const State& state, const Limits& limits, Now now) {
  std::vector<Need> needs;
  if (state.stopped) {
    needs.push_back({.urgency = Need::Urgency::High,
                     .text = "STOP is in force: nothing starts anywhere",
                     .since = state.control.empty() ? WallTime{} : state.control.back().at,
                     .next = "mainstay stop --lift --reason TEXT"});
  }
  add_host_needs(state, limits, now, needs);
  add_slot_needs(state, needs);
  add_rollout_needs(state, needs);
  std::ranges::stable_sort(needs, {}, &Need::urgency);
  return needs;
}

}  // namespace mainstay::coordinator
