// One simulated run from a seed: a fleet, plans, faults and meddling operators, then everything is
// healed and the rollouts must come to an end, or say which person they wait for.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/checkers.h"
#include "tests/simulation/options.h"

namespace mainstay::sim {

struct Verdict {
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  std::size_t tasks = 0;
  EdgesTaken edges = {};
  std::vector<Violation> violations;  // "liveness" included
  std::vector<std::string> story;
};

Verdict run_seed(std::uint64_t seed, const Options& options);

}  // namespace mainstay::sim
