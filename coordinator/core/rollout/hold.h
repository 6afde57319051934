// Why a target does not start now. The same answer decides and explains: there is no second opinion
// for people.
#pragma once

#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

enum class Bind : std::uint8_t {
  Over,  // the rollout has ended or is halted
  Paused,
  Signatures,  // who approved may no longer do so
  Stopped,     // STOP
  Listening,   // after a start of the coordinator
  Validity,    // of the plan: not yet, or no longer
  Host,        // removed, parked, duplicate, silent
  Region,
  Wave,
  Slot,  // the host's slot belongs to another rollout
  Budget,
  Concurrency,
  SlowStart,
  StartRate,
};

struct Hold {
  Bind bind = Bind::Over;
  std::string text;
  HostId blocking;  // another host, if one is to blame
  std::string group;
};

struct WaveTally {
  std::uint32_t open = 0;
  std::uint32_t succeeded = 0;
};

/// What one pass over the rollouts knows; grants are booked into it at once.
struct Outlook {
  Outlook(const State& state_in, const Limits& limits_in, Now now_in);
  void granted(const Rollout& rollout, const Target& target, const Host& host);

  const State& state;
  const Limits& limits;
  Now now;
  Ledger ledger;
  std::map<RolloutId, std::uint32_t> open;
  std::map<std::pair<RolloutId, std::pair<std::string, std::uint32_t>>, WaveTally> waves;
  std::uint32_t starts = 0;  // disruptive, within the last minute
};

/// The bake of the target's wave is over, and its host, which succeeded, was not looked at since
/// shortly before that end.
bool is_look_owed(const State& state, const Limits& limits, Now now, const Rollout& rollout,
                  const Target& target);
/// I09: a host of the open wave that succeeded and is not live, or worse than before its step, or
/// not seen since.
std::optional<HostId> unwell_in_wave(const State& state, const Limits& limits, Now now,
                                     const Rollout& rollout, const RegionState& region);
/// Nothing if the target, which waits, may start now.
std::optional<Hold> hold_of(const Outlook& outlook, const Rollout& rollout, const Target& target);
/// Between two steps of a rollout that was halted, and the next one disrupts: nothing new starts.
bool is_cut_off(const PlanHead& head, const Rollout& rollout, const Target& target);
/// Does this step need a permit.
bool needs_permit(const PlanHead& head, std::uint16_t step);

}  // namespace mainstay::coordinator
