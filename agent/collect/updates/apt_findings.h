// What apt's listing means: which security updates are open and for how long, and whether the lists
// are good enough to say that none is.
#pragma once

#include "agent/collect/patch/apt_json.h"
#include "agent/collect/patch/first_seen.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

// A stock machine fetches its lists twice a day, each within twelve hours (apt-daily.timer:
// OnCalendar 6,18:00, RandomizedDelaySec 12h), so that 24 h between two are in order; the rest is
// for a machine that was just switched on. The agent refreshes far sooner where it may.
inline constexpr Duration kListsAgeMax = std::chrono::hours(26);
// Debian's security archive signs its lists for seven days (Valid-Until in its Release file): who
// has none younger asks a mirror that stands still, or is kept from a new one.
inline constexpr Duration kSecurityPublishedAgeMax = std::chrono::days(7);

/// The first is about "apt" as a whole, then one for each package. `seen` is brought up to date;
/// nullptr: nobody keeps it, and nothing has an age.
std::vector<Finding> judge_apt(const AptListing& listing, WallTime now, FirstSeen* seen);

}  // namespace mainstay::agent
