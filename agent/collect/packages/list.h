// Puts a host's list of packages together: what the package manager says is installed, and the
// processes that use it.
#pragma once

#include <map>
#include <string>

#include "agent/collect/dnf/dnf_text.h"
#include "agent/collect/packages/processes.h"
#include "agent/collect/patch/apt_json.h"
#include "common/plan/package_list.h"

namespace mainstay::agent {

struct HostUse {
  ProcessUses uses;
  std::map<std::string, std::string> owners;  // of files: names of packages
  std::string kernel;                         // its release; empty: another root's
  bool is_kernel_stale = false;               // a newer one of its flavour is installed
};

/// By source packages.
PackageList package_list_of(const AptListing& listing, const HostUse& host);
/// By packages; of a kernel only the one that runs, if it can be told.
PackageList package_list_of(const RpmHost& rpm, const std::string& release, const HostUse& host);

/// Files whose owners are to be found: of a library that is gone also the names that the one in its
/// place may have kept.
std::vector<std::string> files_of(const ProcessUses& uses);

}  // namespace mainstay::agent
