#include "coordinator/core/ledger/ledger.h"

#include <algorithm>

#include "common/core/check.h"
#include "common/plan/head_text.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

namespace {

bool is_absolute(const Budget& budget) {
  return budget.kind == Budget::Kind::Unavailable || budget.kind == Budget::Kind::MinHealthy;
}

std::uint32_t share(std::uint32_t base, std::uint32_t percent) {
  if (percent == 0 || base == 0) return 0;
  return std::max<std::uint32_t>(
      1, static_cast<std::uint32_t>(std::uint64_t{base} * std::min<std::uint32_t>(percent, 100) /
                                    100));
}

/// Those a host waits for. One between two steps waits for no other that is.
std::set<HostId> awaited_by(const LedgerLine& line, const HostId& host) {
  const GroupCount& count = line.count;
  std::set<HostId> awaited = count.out;
  if (is_absolute(line.budget)) awaited.insert(count.parked_out.begin(), count.parked_out.end());
  if (count.between.contains(host)) {
    std::erase_if(awaited, [&](const HostId& other) { return count.between.contains(other); });
  }
  awaited.erase(host);
  return awaited;
}

// The one that a person would deal with first: failed, then working, then silent.
HostId worst_of(const State& state, const std::set<HostId>& out) {
  HostId worst;
  int rank_max = 0;
  for (const auto& host : out) {
    const auto slot = state.slots.find(host);
    const int rank = slot == state.slots.end() ? 1 : slot->second.tainted ? 3 : 2;
    if (rank > rank_max) {
      rank_max = rank;
      worst = host;
    }
  }
  return worst;
}

bool is_reliable(const Host& host, const Limits& limits, Now now) {
  return liveness_of(host, limits, now) == Liveness::Live && !is_duplicate(host, limits, now);
}

/// It has its slot for what is yet to come, and nothing is under way on it.
bool is_between_steps(const State& state, const SlotRow& slot) {
  const auto rollout = state.rollouts.find(slot.rollout);
  if (slot.tainted || rollout == state.rollouts.end()) return false;
  const auto target = rollout->second.targets.find(slot.host);
  if (target == rollout->second.targets.end()) return false;
  const TargetRow& row = target->second.row;
  return row.phase == TargetPhase::Waiting && row.step > 0;
}

}  // namespace

std::optional<std::string> group_of(const Labels& labels, const std::vector<std::string>& per) {
  std::string group;
  for (const auto& name : per) {
    if (!group.empty()) group += ",";
    if (name == "fleet") {
      group += name;
      continue;
    }
    const auto found = labels.find(name);
    if (found == labels.end()) return std::nullopt;
    group += name + "=" + found->second;
  }
  return group;
}

std::uint32_t allowed_out(const Budget& budget, const GroupCount& count) {
  const std::uint32_t base = count.members - count.parked;
  switch (budget.kind) {
    case Budget::Kind::Unavailable:
      return budget.amount;
    case Budget::Kind::UnavailablePercent:
      return share(base, budget.amount);
    case Budget::Kind::MinHealthy:
      return count.members > budget.amount ? count.members - budget.amount : 0;
    case Budget::Kind::MinHealthyPercent:
      return base - share(base, budget.amount);
  }
  return 0;
}

std::uint32_t counted_out(const Budget& budget, const GroupCount& count) {
  const std::size_t out = count.out.size() + (is_absolute(budget) ? count.parked_out.size() : 0);
  return static_cast<std::uint32_t>(out);
}

bool goes_on(const LedgerLine& line, const HostId& host) {
  if (!line.count.between.contains(host)) return false;
  // `between` is a part of those that are out.
  const std::size_t in_earnest = counted_out(line.budget, line.count) - line.count.between.size();
  return in_earnest < std::max(1U, allowed_out(line.budget, line.count));
}

Ledger::Ledger(const State& state, const Limits& limits, Now now) : limits_(limits), now_(now) {
  for (const auto& [id, rollout] : state.rollouts) {
    if (!is_active(rollout) || !is_disruptive(head_of(state, rollout))) continue;
    for (const auto& budget : head_of(state, rollout).budgets) add_budget(state, rollout, budget);
  }
}

// Only the groups of the rollout's own targets: its budget says nothing about others.
void Ledger::add_budget(const State& state, const Rollout& rollout, const Budget& budget) {
  std::map<std::string, GroupCount> groups;
  for (const auto& [id, target] : rollout.targets) {
    const Host* host = find_host(state, id);
    if (host == nullptr) continue;
    if (auto group = group_of(host->row.certificate.labels, budget.per)) groups[*group];
  }
  for (const auto& [id, host] : state.hosts) {
    // A host whose key was revoked at work is out until somebody gives its slot back.
    if (!is_enrolled(host) && !state.slots.contains(id)) continue;
    const auto group = group_of(host.row.certificate.labels, budget.per);
    if (!group) continue;
    const auto found = groups.find(*group);
    if (found == groups.end()) continue;
    GroupCount& count = found->second;
    count.members += 1;
    const bool parked = is_parked(host, now_);
    const bool reliable = is_reliable(host, limits_, now_);
    if (state.slots.contains(id)) {
      count.out.insert(id);
      if (!parked && reliable && is_between_steps(state, state.slots.at(id))) {
        count.between.insert(id);
      }
    } else if (parked) {
      count.parked_out.insert(id);
    } else if (!reliable) {
      count.out.insert(id);
    }
    // One that holds a slot counts on both sides: it is out whatever else it is.
    if (parked && !state.slots.contains(id)) count.parked += 1;
  }
  Section& section = sections_.emplace_back(Section{.per = budget.per, .lines = {}});
  for (auto& [group, count] : groups) {
    section.lines[group] = lines_.size();
    lines_.push_back({.rollout = rollout.row.rollout,
                      .budget = budget,
                      .group = group,
                      .count = std::move(count)});
  }
}

std::optional<std::size_t> Ledger::line_of(const Section& section, const Labels& labels) {
  const auto group = group_of(labels, section.per);
  if (!group) return std::nullopt;
  const auto found = section.lines.find(*group);
  if (found == section.lines.end()) return std::nullopt;
  return found->second;
}

std::optional<Shortage> Ledger::shortage(const State& state, const Host& host,
                                         RolloutId rollout) const {
  const Labels& labels = host.row.certificate.labels;
  for (const auto& budget : head_of(state, state.rollouts.at(rollout)).budgets) {
    if (group_of(labels, budget.per)) continue;
    // Labels changed since the plan was made: without its group nothing can be counted.
    return Shortage{.rollout = rollout,
                    .budget = text_of(budget),
                    .group = "no label for it",
                    .out = 0,
                    .allowed = 0,
                    .blocking = {}};
  }
  for (const auto& section : sections_) {
    const auto at = line_of(section, labels);
    if (!at) continue;
    const LedgerLine& line = lines_[*at];
    const std::uint32_t out = counted_out(line.budget, line.count);
    const std::uint32_t more = line.count.out.contains(host.row.host) ? 0 : 1;
    const std::uint32_t allowed = allowed_out(line.budget, line.count);
    if (out + more <= allowed || goes_on(line, host.row.host)) continue;
    return Shortage{.rollout = line.rollout,
                    .budget = text_of(line.budget),
                    .group = line.group,
                    .out = out,
                    .allowed = allowed,
                    .blocking = worst_of(state, awaited_by(line, host.row.host))};
  }
  return std::nullopt;
}

void Ledger::book(const Host& host) {
  for (const auto& section : sections_) {
    const auto at = line_of(section, host.row.certificate.labels);
    if (!at) continue;
    LedgerLine& line = lines_[*at];
    line.count.out.insert(host.row.host);
    const bool adds_none = goes_on(line, host.row.host);
    line.count.between.erase(host.row.host);
    const std::uint32_t out = counted_out(line.budget, line.count);
    CHECK(adds_none || out <= allowed_out(line.budget, line.count));  // I07
  }
}

}  // namespace mainstay::coordinator
