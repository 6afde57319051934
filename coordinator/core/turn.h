// One step in the making: the state, the time, and what was touched. Rows touched are written once,
// whole, at the end, so that no place in the core can forget or repeat a write.
#pragma once

#include <set>
#include <string_view>
#include <utility>

#include "common/core/rng.h"
#include "coordinator/core/command.h"
#include "coordinator/core/state.h"

namespace mainstay::coordinator {

class Turn {
 public:
  Turn(State& state_in, const Limits& limits_in, Now now_in, Rng& rng_in)
      : state(state_in), limits(limits_in), now(now_in), rng(rng_in) {}

  State& state;
  const Limits& limits;
  const Now now;
  Rng& rng;
  /// Set when rollouts may be able to go on; they are run once, at the end of the step.
  bool stirred = false;
  /// Set when the step takes a host out of service.
  bool disrupts = false;

  void touch_reign() { reign_ = true; }
  void touch(const HostRow& row);
  void touch(const SightRow& row) { sights_.insert(row.host); }
  void touch(const PlanRow& row);
  void touch(const RolloutRow& row);
  void touch(const TargetRow& row);
  /// Written, or erased if it is no longer in the state.
  void touch_slot(const HostId& host);
  /// For rows that are written once.
  void put(CoordinatorRow row);
  void erase(CoordinatorRow row);
  void order(Command command) { effects_.commands.push_back(std::move(command)); }
  void answer(std::uint64_t request, Verdict verdict, std::string text);

  /// The next link of the chain; durable with the step that it tells of.
  void audit(std::string_view text);

  /// No more optional work in this step: a step's commit is bounded, in keys and in bytes. The rest
  /// follows by GoOn.
  bool is_full();
  /// There is more to do than this step may hold: asks for WentOn, of which there is one on its way
  /// at a time.
  void go_on() { more_ = true; }
  CoordinatorEffects finish();

 private:
  CoordinatorEffects effects_;
  std::set<HostId> hosts_;
  std::set<HostId> sights_;
  std::set<HostId> slots_;
  std::set<PlanId> plans_;
  std::set<RolloutId> rollouts_;
  std::set<std::pair<RolloutId, HostId>> targets_;
  bool reign_ = false;
  std::size_t bytes_ = 0;  // about, and rather more than less, of all that will be written
  bool more_ = false;
};

}  // namespace mainstay::coordinator
