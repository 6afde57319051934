// Operators in simulated runs: they start plans, and meddle at bad moments as nervous people do.
#pragma once

#include "tests/simulation/world.h"

namespace mainstay::sim {

class People {
 public:
  explicit People(World& world) : world_(world) {}
  /// Plans that disrupt and plans that only look, spread over the time of faults.
  void begin();
  void round();
  /// A pause and a STOP would wait for a person: here the person comes.
  void keep_going();
  [[nodiscard]] const std::vector<std::string>& plans() const { return plans_; }

 private:
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) {
    return world_.timeline.rng.below(limit);
  }
  /// At any moment of this round.
  void may(std::uint32_t per_mille, std::function<void()> action) {
    if (!world_.timeline.rng.chance(per_mille)) return;
    world_.timeline.within(kRound * world_.options.pace, std::move(action));
  }
  Host& any_host() { return *world_.hosts[below(world_.hosts.size())]; }
  /// A plan that has a rollout, or null.
  const coordinator::Rollout* any_rollout();
  PlanHead disruptive_plan(std::string name);
  PlanHead looking_plan(std::string name);
  void meddle();
  void meddle_with_host(Host& host);
  void retry_one(const coordinator::Rollout& rollout);
  void skip(RolloutId rollout, const Host& one);
  void abort_one();
  void abort_late(RolloutId id);
  void remove_one();
  void flood();
  void lift();
  void revoke(const Host& host);
  void end_clones();

  World& world_;
  std::vector<std::string> plans_;
  bool ben_is_gone_ = false;
};

}  // namespace mainstay::sim
