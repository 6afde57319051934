// What one simulated run is like. Swarm testing: each seed has some faults fully off, for a fault
// that is always on hides what happens without it.
// Source: A. Groce, C. Zhang, E. Eide, Y. Chen, J. Regehr, "Swarm Testing", ISSTA 2012.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/core/time.h"

namespace mainstay::sim {

/// A broken world, to prove that its checker is awake.
enum class Sabotage : std::uint8_t {
  None,
  ForgeStart,     // I01: a host starts what nobody signed
  WidenAudience,  // I02: a host starts that the plan does not name
  DelayStart,     // I03: a start waits until its permit is long over
  StartTwice,     // I04: the task runs again
  LowerTerm,      // I05: the host's disk forgets the newest term
  DropSlot,       // I07: the ledger forgets who is out
  OpenRegions,    // I08: all regions are opened
  SkipWaves,      // I09: the last wave is opened
  Hurry,          // I10: the core is told a higher rate than the fleet may have
  ForgetStop,     // I12: the executor forgets STOP in memory
  LoseRecord,     // I20: the store drops records
  SendFirst,      // I24: commands run before their commit
};

/// Chances are in a thousand: of a message, of a task, or of a fault's occasion (each 5 s).
struct Options {
  std::uint32_t hosts = 6;
  std::uint32_t regions = 2;
  std::uint32_t plans = 1;
  std::uint32_t lose = 0;
  std::uint32_t repeat = 0;
  Duration delay_max = std::chrono::milliseconds(30);
  Duration commit_max = std::chrono::milliseconds(5);
  std::uint32_t cut = 0;     // of a host's connection, for a while
  std::uint32_t silent = 0;  // a host loses power, for a while
  std::uint32_t crash_centre = 0;
  std::uint32_t crash_at_commit = 0;  // of a commit: durable, and nobody heard
  std::uint32_t crash_agent = 0;
  std::uint32_t crash_executor = 0;
  std::uint32_t fail = 0;
  std::uint32_t hang = 0;
  std::uint32_t drift = 0;
  std::uint32_t meddle = 0;  // operators pause, resume, retry, recheck
  std::uint32_t stop = 0;
  std::uint32_t starts_per_minute = 20;
  Duration faults_for = std::chrono::seconds(0);
  Sabotage sabotage = Sabotage::None;
};

Options options_of(std::uint64_t seed);
std::string_view invariant_of(Sabotage sabotage);

}  // namespace mainstay::sim
