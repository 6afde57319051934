#include "tests/simulation/edges_taken.h"

#include <algorithm>
#include <optional>
#include <sstream>

namespace mainstay::sim {

namespace {

constexpr std::array<std::string_view, 4> kTargetWords = {"waiting", "working", "verifying",
                                                          "ended"};
constexpr std::array<std::string_view, 5> kAttemptWords = {"received", "intended", "started",
                                                           "finished", "closed"};

constexpr std::array<std::string_view, 3> kPlanWords = {"freezing", "frozen", "started"};
constexpr std::array<std::string_view, 5> kRolloutWords = {"running", "paused", "halted",
                                                           "finished", "aborted"};
constexpr std::array<std::string_view, 4> kRegionWords = {"closed", "open", "baking", "done"};

constexpr std::array<std::string_view, 7> kTurnedAwayWords = {
    "no gate", "not admitted", "removed", "flood", "start", "old list", "twins"};

std::string mark(std::uint64_t count) {
  return std::to_string(count) + (count == 0 ? "  NEVER TAKEN" : "") + "\n";
}

template <class Edges, class Counts, class Phase>
void count(const Edges& edges, Counts& counts, Phase from, Phase to) {
  for (std::size_t i = 0; i < std::size(edges); ++i) {
    if (edges[i].from == from && edges[i].to == to) counts.at(i) += 1;
  }
}

template <class Phase, class Words>
std::optional<Phase> phase_called(const Words& words, const std::string& word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Phase>(found - words.begin());
}

/// Unless it is no phase that is entered: it has begun.
template <class Edges, class Counts, class Phase>
void move_on(const Edges& edges, Counts& counts, Phase& phase, std::optional<Phase> next) {
  if (!next) return;
  count(edges, counts, phase, *next);
  phase = *next;
}

template <class Counts>
void add_up(Counts& counts, const Counts& more) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts.at(i) += more.at(i);
}

template <class Edges, class Counts, class Words>
std::string lines_of(std::string_view what, const Edges& edges, const Counts& counts,
                     const Words& words) {
  std::string text;
  for (std::size_t i = 0; i < std::size(edges); ++i) {
    text += std::string(what) + " " +
            std::string(words.at(static_cast<std::size_t>(edges[i].from))) + " -> " +
            std::string(words.at(static_cast<std::size_t>(edges[i].to))) + ": " +
            mark(counts.at(i));
  }
  return text;
}

}  // namespace

void EdgesTaken::target(const TargetRow& row) {
  const auto [known, is_new] = target_.try_emplace({row.rollout, row.host}, row);
  const TargetPhase from = is_new ? TargetPhase::Waiting : known->second.phase;
  // The edge from an end to an end shows in what the end is called.
  const bool moves = from != row.phase || (!is_new && known->second.kind != row.kind);
  if (moves) count(coordinator::kTargetEdges, targets_, from, row.phase);
  known->second = row;
}

void EdgesTaken::attempt(const AttemptRow& row) {
  const auto [known, is_new] = attempt_.try_emplace(row.attempt, row.phase);
  const AttemptPhase from = is_new ? AttemptPhase::Received : known->second;
  count(executor::kAttemptEdges, attempts_, from, row.phase);
  known->second = row.phase;
}

void EdgesTaken::plan(const PlanRow& row) {
  const auto [known, is_new] = plan_.try_emplace(row.plan, row.phase);
  count(coordinator::kPlanEdges, plans_, is_new ? PlanPhase::Freezing : known->second, row.phase);
  known->second = row.phase;
}

// "rollout paused rollout=R-1 ...", "region open rollout=R-1 region=eu wave=1"
void EdgesTaken::audited(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string what;
  std::string word;
  std::string rollout;
  std::string region;
  words >> what >> word >> rollout >> region;
  if (what == "rollout") {
    move_on(coordinator::kRolloutEdges, rollouts_, rollout_[rollout],
            phase_called<RolloutPhase>(kRolloutWords, word));
  } else if (what == "region") {
    move_on(coordinator::kRegionEdges, regions_, region_[rollout + " " + region],
            phase_called<RegionPhase>(kRegionWords, word));
  }
}

void EdgesTaken::add(const EdgesTaken& other) {
  add_up(targets_, other.targets_);
  add_up(attempts_, other.attempts_);
  add_up(plans_, other.plans_);
  add_up(rollouts_, other.rollouts_);
  add_up(regions_, other.regions_);
  add_up(turned_away_, other.turned_away_);
}

std::string EdgesTaken::text() const {
  std::string text = lines_of("target", coordinator::kTargetEdges, targets_, kTargetWords) +
                     lines_of("attempt", executor::kAttemptEdges, attempts_, kAttemptWords) +
                     lines_of("plan", coordinator::kPlanEdges, plans_, kPlanWords) +
                     lines_of("rollout", coordinator::kRolloutEdges, rollouts_, kRolloutWords) +
                     lines_of("region", coordinator::kRegionEdges, regions_, kRegionWords);
  for (std::size_t i = 0; i < turned_away_.size(); ++i) {
    text +=
        "turned away -> " + std::string(kTurnedAwayWords.at(i)) + ": " + mark(turned_away_.at(i));
  }
  return text;
}

}  // namespace mainstay::sim
