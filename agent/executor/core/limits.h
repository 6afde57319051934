// What bounds an executor, from the design and from the host's own root-owned configuration.
#pragma once

#include <set>

#include "common/core/time.h"
#include "common/plan/attempt.h"
#include "common/plan/terms.h"

namespace mainstay::executor {

struct ExecutorLimits {
  Duration beacon_age_max = std::chrono::seconds(60);
  Duration clock_skew_max = std::chrono::seconds(30);  // of the wall clock against the beacon's
  // A stolen dispatch key must not be able to use up all terms at once.
  std::uint32_t term_leap_max = 1000;
  Duration permit_lifetime_max = kPermitLifetimeMax;
  std::size_t attempts_open_max = 64;  // kOpenAttemptsMax: all of them fit in one report
  std::size_t attempts_max = 1024;     // kJournalRowsMax, closed ones included
  std::size_t tasks_at_once_max = 4;   // read-only ones; of disruptive ones there is one
  unsigned launches_max = 3;           // of a shim that leaves no trace
  // `run` reads only, as a throw-away user: no host need fear it.
  std::set<TaskKind> tasks = {TaskKind::Patch, TaskKind::Check, TaskKind::Run,
                              TaskKind::RestartService, TaskKind::Reboot};
};

}  // namespace mainstay::executor
