// Which edges of the two lifecycles a run has taken, read off the rows as they become durable: an
// edge that no seed ever takes is either dead or untested.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "agent/executor/core/attempt_edges.h"
#include "common/row/host_row.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::sim {

class EdgesTaken {
 public:
  void target(const TargetRow& row);
  void attempt(const AttemptRow& row);
  void add(const EdgesTaken& other);
  /// A line an edge: how often.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t never_taken() const;

 private:
  std::array<std::uint64_t, std::size(coordinator::kTargetEdges)> targets_{};
  std::array<std::uint64_t, executor::kAttemptEdges.size()> attempts_{};
  std::map<std::pair<RolloutId, HostId>, TargetRow> target_;
  std::map<AttemptId, AttemptPhase> attempt_;
};

}  // namespace mainstay::sim
