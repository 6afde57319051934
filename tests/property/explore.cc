#include "tests/property/explore.h"

#include <algorithm>
#include <ranges>
#include <unordered_map>

namespace mainstay::model {

namespace {

struct HashOf {
  std::size_t operator()(const Hash128& hash) const { return hash.low; }
};

/// How a state was reached first.
struct Trail {
  std::uint32_t parent = 0;
  Action action;
};

void look_at(Sights& sights, const World& world) {
  for (const auto& [id, rollout] : world.centre->state.rollouts) {
    for (const auto& [host, target] : rollout.targets) {
      if (target.row.number > 1) sights.second_tries += 1;
      if (target.row.phase != TargetPhase::Ended) continue;
      if (target.row.kind == OutcomeKind::Succeeded) sights.succeeded += 1;
      if (target.row.kind == OutcomeKind::Failed) sights.failed += 1;
      if (target.row.kind == OutcomeKind::Unreachable) sights.unreachable += 1;
    }
  }
  for (const auto& host : world.hosts) {
    if (host->term_top.value > 1) sights.later_terms += 1;
    for (const auto& [attempt, entry] : host->journal.attempts) {
      if (entry.row.phase == AttemptPhase::Closed) sights.acknowledged += 1;
      if (entry.row.phase >= AttemptPhase::Finished && !host->begun.contains(attempt)) {
        sights.closed += 1;
      }
    }
  }
}

class Explorer {
 public:
  Explorer(const Setup& setup, const Bounds& bounds) : setup_(setup), bounds_(bounds) {}

  Explored run() {
    World first = first_world(setup_);
    known_.emplace(first.hash(), 0);
    trails_.push_back({});
    look_at(explored_.sights, first);
    next_.emplace_back(0, std::move(first));
    while (!next_.empty() && explored_.depth < bounds_.depth && !explored_.breach) {
      level_ = std::move(next_);
      next_.clear();
      explored_.depth += 1;
      while (!level_.empty() && !explored_.breach && trails_.size() < bounds_.states) {
        const auto [index, world] = std::move(level_.back());
        level_.pop_back();
        go_on(index, world);
      }
      if (trails_.size() >= bounds_.states) break;
      // In the order of their finding.
      std::ranges::reverse(next_);
    }
    explored_.states = trails_.size();
    explored_.frontier = next_.size() + level_.size();
    return std::move(explored_);
  }

 private:
  void go_on(std::uint32_t index, const World& world) {
    const bool may_die = world.spent.crashes < bounds_.most.crashes;
    for (Action action : actions_of(world, bounds_.most)) {
      for (std::uint8_t dies_at = 0; dies_at == 0 || may_die; ++dies_at) {
        action.dies_at = dies_at;
        auto step = carry_out(setup_, world, action);
        if (!step) break;
        take(index, action, std::move(*step));
        if (explored_.breach) return;
      }
    }
  }

  void take(std::uint32_t parent, const Action& action, Step step) {
    explored_.transitions += 1;
    const auto index = static_cast<std::uint32_t>(trails_.size());
    if (!step.violations.empty()) {
      trails_.push_back({.parent = parent, .action = action});
      explored_.breach = Breach{.violation = step.violations.front(), .trace = trace_of(index)};
      return;
    }
    if (!known_.emplace(step.world.hash(), index).second) return;
    trails_.push_back({.parent = parent, .action = action});
    look_at(explored_.sights, step.world);
    if (bounds_.heal_each > 0 && index % bounds_.heal_each == 0) {
      check_rest(index, step.world, Under::Arrives);
      check_rest(index, step.world, Under::IsLost);
    }
    next_.emplace_back(index, std::move(step.world));
  }

  void check_rest(std::uint32_t index, const World& world, Under under) {
    const Rest rest = heal(setup_, world, under);
    explored_.healed += 1;
    explored_.rounds_max = std::max(explored_.rounds_max, rest.rounds);
    if (rest.unrest.empty() || explored_.breach) return;
    explored_.breach = Breach{.violation = {.invariant = "liveness", .text = rest.unrest},
                              .trace = trace_of(index)};
  }

  std::vector<std::string> trace_of(std::uint32_t index) const {
    std::vector<Action> actions;
    for (; index != 0; index = trails_[index].parent) actions.push_back(trails_[index].action);
    std::vector<std::string> lines;
    World world = first_world(setup_);
    for (const Action& action : actions | std::views::reverse) {
      lines.push_back(text_of(setup_, world, action));
      world = carry_out(setup_, world, action)->world;
    }
    return lines;
  }

  const Setup& setup_;
  const Bounds& bounds_;
  Explored explored_;
  std::unordered_map<Hash128, std::uint32_t, HashOf> known_;
  std::vector<Trail> trails_;
  std::vector<std::pair<std::uint32_t, World>> level_;
  std::vector<std::pair<std::uint32_t, World>> next_;
};

}  // namespace

Explored explore(const Setup& setup, const Bounds& bounds) {
  return Explorer(setup, bounds).run();
}

std::string text_of(const Bounds& bounds) {
  const Purse& most = bounds.most;
  return "at most " + std::to_string(most.crashes) + " crashes, " + std::to_string(most.repeats) +
         " repeats, " + std::to_string(most.late) + " silences, " + std::to_string(most.bad) +
         " failing tasks, " + std::to_string(most.acts) + " acts, " + std::to_string(most.ticks) +
         " ticks, " + std::to_string(bounds.states) + " states\n";
}

std::string shortcoming_of(const Sights& sights) {
  if (sights.succeeded == 0) return "no target has succeeded";
  if (sights.acknowledged == 0) return "no record was acknowledged";
  if (sights.unreachable == 0) return "no target was given up";
  if (sights.closed == 0) return "no attempt was closed before it started";
  return "";
}

std::string text_of(const Explored& explored) {
  const Sights& seen = explored.sights;
  std::string text = std::to_string(explored.states) + " states, " +
                     std::to_string(explored.transitions) + " transitions, depth " +
                     std::to_string(explored.depth) + ", " + std::to_string(explored.frontier) +
                     " not gone on from\n";
  text += "seen: succeeded " + std::to_string(seen.succeeded) + ", failed " +
          std::to_string(seen.failed) + ", unreachable " + std::to_string(seen.unreachable) +
          ", closed unstarted " + std::to_string(seen.closed) + ", second tries " +
          std::to_string(seen.second_tries) + ", later terms " + std::to_string(seen.later_terms) +
          ", acknowledged " + std::to_string(seen.acknowledged) + "\n";
  text += "healed: " + std::to_string(explored.healed) + ", at rest after at most " +
          std::to_string(explored.rounds_max) + " rounds\n";
  if (!explored.breach) return text;
  text += "BREACH " + explored.breach->violation.invariant + ": " +
          explored.breach->violation.text + "\n";
  std::size_t number = 0;
  for (const auto& line : explored.breach->trace) {
    text += "  " + std::to_string(++number) + ". " + line + "\n";
  }
  return text;
}

}  // namespace mainstay::model
