// What `systemctl show` says of units: blocks of `Name=value`. Names of units and states may be of
// anybody's making; nothing in them is believed beyond its form.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/service/systemd_text.h"
#include "common/core/result.h"

namespace mainstay::agent::service {

inline constexpr std::size_t kShowBytesMax = 8UL * 1024 * 1024;
inline constexpr std::size_t kUnitsMax = 16384;

struct Unit {
  std::string id;  // as systemd shows it, with its own \x2d
  std::string load_state;
  std::string active_state;
  std::string sub_state;
  std::string result;         // "success", "exit-code", ...
  int exit_status = 0;        // of the main process
  std::int64_t restarts = 0;  // automatic ones in a row
  std::optional<WallTime> changed;
  std::optional<WallTime> active_since;
  // Of timers.
  std::optional<WallTime> next;            // by the wall clock
  std::optional<Duration> next_monotonic;  // since the boot
  std::optional<WallTime> triggered;
  std::optional<Duration> accuracy;
  std::optional<Duration> period;  // the longest of OnUnitActiveSec and OnUnitInactiveSec
};

/// What has to be asked for.
std::string unit_properties();

/// Malformed if anything in it is not as systemctl prints it.
Result<std::vector<Unit>> read_units(std::string_view text);

}  // namespace mainstay::agent::service
