// What dnf's answers mean: which security updates are open, by which advisory, and for how long.
#pragma once

#include "agent/collect/dnf/dnf_dates.h"
#include "agent/collect/dnf/dnf_text.h"
#include "agent/collect/patch/first_seen.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

// dnf-makecache.timer fetches hourly, but only what has expired: after 48 h by default
// (metadata_expire in dnf.conf(5)). The rest is for a machine that was just switched on.
inline constexpr Duration kDnfListsAgeMax = std::chrono::hours(50);

struct DnfState {
  RpmHost packages;
  std::vector<DnfAdvisory> advisories;  // security, open; also of what the host keeps out
  std::vector<DnfAdvisory> cves;        // the same by CVE
  DnfDates published;                   // of advisories, where it is known
  WallTime fetched{};                   // the oldest list of a repository; 0: there is none
  bool has_advisories = false;          // some repository publishes any
};

/// Findings, the first about "dnf" as a whole, and the facts patch.*.
void judge_dnf(const DnfState& state, FirstSeen* seen, SourceReport& report);

}  // namespace mainstay::agent
