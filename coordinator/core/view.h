// What people ask of the state: pure questions, answered as plain values that the shell prints.
// The state's maps are read directly where a row says it all.
#pragma once

#include "coordinator/core/ledger/ledger.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

/// Adds up to `hosts`: parked ones count as parked, whatever else they are.
struct FleetCounts {
  std::uint32_t hosts = 0;
  std::uint32_t live = 0;
  std::uint32_t silent = 0;
  std::uint32_t parked = 0;
  std::uint32_t never_seen = 0;
};
FleetCounts fleet_counts(const State& state, const Limits& limits, Now now);

/// "live", "silent", "never seen", "parked", "duplicate", "revoked"
std::string_view state_of(const Host& host, const Limits& limits, Now now);
/// For View::Hosts: enrolled hosts that match; an empty text means all.
Result<std::vector<const Host*>> find_hosts(const State& state, std::string_view selector,
                                            const Limits& limits, Now now);

/// One cause that wants a person, worst first.
struct Need {
  enum class Urgency : std::uint8_t { High, Medium, Low };
  Urgency urgency = Urgency::Medium;
  std::string text;
  WallTime since{};
  std::string next;  // the command that deals with it
};
std::vector<Need> needs_of(const State& state, const Limits& limits, Now now);

std::string_view name_of(RolloutPhase phase);
std::string_view name_of(PlanPhase phase);
std::string_view name_of(RegionPhase phase);
/// "waiting", "working", "verifying", or the outcome's word.
std::string_view word_of(const Rollout& rollout, const Target& target);
/// By R-12, 12, or the plan's name (the newest of that name).
const Rollout* find_rollout(const State& state, std::string_view text);
/// By P-7f3a9c (any unambiguous start of the digest), plan name (the newest), or the draft's nonce.
const Plan* find_plan(const State& state, std::string_view text);

/// What View::Ledger shows: the groups of all plans under way.
std::vector<LedgerLine> ledger_lines(const State& state, const Limits& limits, Now now);

/// Why a host waits, or what it does.
struct Explanation {
  HostId host;
  std::optional<RolloutId> rollout;
  std::string state;  // one line: "waits in R-1, region us, wave 2"
  WallTime since{};
  std::string binds;       // what keeps it; empty if nothing does
  HostId blocking;         // another host, if one is to blame
  std::string blocked_by;  // what that host is in for
  std::string group;
  std::vector<std::string> frees;
  std::vector<std::string> passed;
  std::vector<std::string> commands;
};
std::optional<Explanation> explain(const State& state, const HostId& host, const Limits& limits,
                                   Now now);

}  // namespace mainstay::coordinator
