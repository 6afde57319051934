// What zypper's lists mean: which security patches are needed, and for how long.
#pragma once

#include <set>

#include "agent/collect/dnf/dnf_text.h"
#include "agent/collect/patch/first_seen.h"
#include "agent/collect/zypper/zypper_xml.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

// zypper fetches whenever a person asks it; a daily job is what a fleet has besides.
inline constexpr Duration kZypperListsAgeMax = std::chrono::hours(26);

struct ZypperState {
  std::vector<ZypperUpdate> patches;   // of list-patches
  std::vector<ZypperUpdate> packages;  // of list-updates
  std::string complaint;               // what of zypper's could not be read: a repository, locks
  std::string unfetched;               // a repository without lists, which was left out
  bool knows_patches = true;           // false: no repository publishes any
  std::set<std::string> kept_out;      // patches with a locked package of this host
  WallTime fetched{};                  // the oldest list of an enabled repository; 0: there is none
};

/// Findings, the first about "zypper" as a whole, and the facts patch.*.
void judge_zypper(const ZypperState& state, FirstSeen* seen, SourceReport& report);

/// What `list-updates` offers, by rpm's names: as this host would install it.
std::vector<RpmPackage> upgrades_of(const ZypperState& state);

/// zypper, asked here or below a root from the lists it has; `scratch` is a folder for its
/// temporary files and its lock, or empty: then it is refused while another zypper runs.
/// Unavailable if there is no zypper, or no list.
Result<ZypperState> ask_zypper(const std::string& root, const std::string& scratch);

}  // namespace mainstay::agent
