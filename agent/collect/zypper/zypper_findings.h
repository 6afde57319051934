// What zypper's lists mean: which security patches are needed, and for how long.
#pragma once

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
  std::string complaint;               // of zypper's: some repository could not be read
  WallTime fetched{};                  // the oldest list of a repository; 0: there is none
};

/// Findings, the first about "zypper" as a whole, and the facts patch.*.
void judge_zypper(const ZypperState& state, FirstSeen* seen, SourceReport& report);

/// What `list-updates` offers, by rpm's names: as this host would install it.
std::vector<RpmPackage> upgrades_of(const ZypperState& state);

/// zypper, asked here or below a root from the lists it has; `scratch` is a folder for its
/// temporary files, or empty. Unavailable if there is no zypper.
Result<ZypperState> ask_zypper(const std::string& root, const std::string& scratch);

}  // namespace mainstay::agent
