// Which edges of every lifecycle a run has taken, read off the rows as they become durable, and
// what gates have turned away: what no seed ever takes is either dead or untested.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "agent/executor/core/attempt_edges.h"
#include "common/row/host_row.h"
#include "coordinator/core/planner/planner.h"

namespace mainstay::sim {

/// What was not done for whoever asked.
enum class TurnedAway : std::uint8_t {
  Dead,         // a connection, by a gate that is down
  NotAdmitted,  // a connection, by a door that is closed or a list that lacks the key
  Removed,      // a frame of a key that is no longer in the list
  Flood,        // a frame of a key that says too much
  Start,        // beyond what may start in a minute
  OldList,      // or one that has expired
  Twins,        // both machines of a cloned host, by the coordinator
};

class EdgesTaken {
 public:
  void target(const TargetRow& row);
  void attempt(const AttemptRow& row);
  void plan(const PlanRow& row);
  /// Of rollouts and regions the rows do not tell all: a step may take two edges. The chain does.
  void audited(std::string_view text);
  void turned_away(TurnedAway what) { turned_away_.at(static_cast<std::size_t>(what)) += 1; }
  void add(const EdgesTaken& other);
  /// A line an edge: how often.
  [[nodiscard]] std::string text() const;

 private:
  std::array<std::uint64_t, std::size(coordinator::kTargetEdges)> targets_{};
  std::array<std::uint64_t, executor::kAttemptEdges.size()> attempts_{};
  std::array<std::uint64_t, std::size(coordinator::kPlanEdges)> plans_{};
  std::array<std::uint64_t, std::size(coordinator::kRolloutEdges)> rollouts_{};
  std::array<std::uint64_t, std::size(coordinator::kRegionEdges)> regions_{};
  std::array<std::uint64_t, 7> turned_away_{};
  std::map<std::pair<RolloutId, HostId>, TargetRow> target_;
  std::map<AttemptId, AttemptPhase> attempt_;
  std::map<PlanId, PlanPhase> plan_;
  std::map<std::string, RolloutPhase> rollout_;  // by what the chain calls it
  std::map<std::string, RegionPhase> region_;
};

}  // namespace mainstay::sim
