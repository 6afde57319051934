#include "tests/simulation/edges_taken.h"
namespace mainstay::sim {

namespace {

constexpr std::array<std::string_view, 4> kTargetWords = {"waiting", "working", "verifying",
                                                          "ended"};
constexpr std::array<std::string_view, 5> kAttemptWords = {"received", "intended", "started",
                                                           "finished", "closed"};

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

void EdgesTaken::add(const EdgesTaken& other) {
  for (std::size_t i = 0; i < targets_.size(); ++i) targets_.at(i) += other.targets_.at(i);
  for (std::size_t i = 0; i < attempts_.size(); ++i) attempts_.at(i) += other.attempts_.at(i);
  for (std::size_t i = 0; i < turned_away_.size(); ++i) {
    turned_away_.at(i) += other.turned_away_.at(i);
  }
}

std::string EdgesTaken::text() const {
  std::string text = lines_of("target", coordinator::kTargetEdges, targets_, kTargetWords) +
                     lines_of("attempt", executor::kAttemptEdges, attempts_, kAttemptWords);
  for (std::size_t i = 0; i < turned_away_.size(); ++i) {
    text +=
        "turned away -> " + std::string(kTurnedAwayWords.at(i)) + ": " + mark(turned_away_.at(i));
  }
  return text;
}

}  // namespace mainstay::sim
