#include <algorithm>

#include "common/core/check.h"
#include "coordinator/core/rollout/rollout.h"
#include "coordinator/core/step.h"

namespace mainstay::coordinator {

namespace {

bool holds_a_slot(TargetPhase phase) {
  return phase == TargetPhase::Working || phase == TargetPhase::Verifying;
}

void check_rollout(const State& state, const Rollout& rollout) {
  const PlanHead& head = head_of(state, rollout);
  const Totals totals = totals_of(rollout);
  CHECK(totals.sum() == rollout.targets.size());
  CHECK(totals.sum() == head.host_count);
  const OpenCount counted = count_open(rollout);
  CHECK(counted.open == rollout.open);
  CHECK(counted.reopened == rollout.reopened);
  for (const auto& [id, target] : rollout.targets) {
    CHECK(target.row.step < head.steps.size());
    CHECK(target.row.number >= 1);
    if (!holds_a_slot(target.row.phase) || !is_disruptive(head)) continue;
    // Removal of a host is the one way out; its target ends in the same step.
    const auto slot = state.slots.find(id);
    CHECK(slot != state.slots.end());
    CHECK(slot->second.rollout == rollout.row.rollout);
  }
  const auto open = std::ranges::count_if(rollout.row.regions, [](const RegionState& region) {
    return region.phase == RegionPhase::Open || region.phase == RegionPhase::Baking;
  });
  CHECK(open <= static_cast<std::ptrdiff_t>(std::max(1U, head.order.regions_at_once)));  // I08
}

void check_packages(const State& state) {
  std::map<Digest, std::uint32_t> counted;
  for (const auto& [id, host] : state.hosts) {
    const Digest& digest = host.sight.row.packages;
    if (!digest.is_zero()) counted[digest] += 1;
  }
  for (const auto& [digest, known] : state.packages) CHECK(known.hosts == counted[digest]);
  for (const auto& [digest, hosts] : counted) CHECK(state.packages.contains(digest));
}

void check_exposures(const State& state) {
  for (const auto& [id, row] : state.exposures) {
    CHECK(id == ExposureId(row.vulnerability, row.release));
    // Without it a deadline would have begun in 1970, or never.
    CHECK(row.seen_at != WallTime{});
  }
}

}  // namespace

void check_granted(const State& state, const Rollout& rollout, const Host& granted) {
  const PlanHead& head = head_of(state, rollout);
  // What is begun goes on, also where an operator has allowed fewer since.
  const bool begins = rollout.targets.at(granted.row.host).row.step == 0;
  CHECK(!begins || rollout.open <= concurrency_of(head, rollout.row));
  for (const auto& budget : head.budgets) {
    if (budget.kind != Budget::Kind::Unavailable) continue;
    const auto group = group_of(granted.row.certificate.labels, budget.per);
    CHECK(group.has_value());
    std::uint32_t count = 0;
    for (const auto& [id, target] : rollout.targets) {
      if (!holds_a_slot(target.row.phase)) continue;
      const Host* host = find_host(state, id);
      if (host == nullptr || !is_enrolled(*host)) continue;
      if (group_of(host->row.certificate.labels, budget.per) == group) count += 1;
    }
    CHECK(count <= budget.amount);
  }
}

void check_invariants(const State& state) {
  check_packages(state);
  check_exposures(state);
  for (const auto& [link, id] : state.links) {
    CHECK(state.hosts.contains(id));
    CHECK(state.hosts.at(id).row.link_key == link);
  }
  for (const auto& [id, slot] : state.slots) {
    CHECK(slot.host == id);
    CHECK(state.rollouts.contains(slot.rollout));
  }
  std::map<HostId, std::uint32_t> disrupted;
  for (const auto& [id, rollout] : state.rollouts) {
    if (!is_active(rollout)) continue;
    check_rollout(state, rollout);
    if (!is_disruptive(head_of(state, rollout))) continue;
    for (const auto& [host, target] : rollout.targets) {
      if (holds_a_slot(target.row.phase)) disrupted[host] += 1;
    }
  }
  for (const auto& [host, count] : disrupted) CHECK(count == 1);
}

}  // namespace mainstay::coordinator
