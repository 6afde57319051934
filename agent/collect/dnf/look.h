// dnf and rpm, asked on this host or below a root, from the lists that it has: it fetches nothing.
#pragma once

#include <string>

#include "agent/collect/dnf/dnf_findings.h"

namespace mainstay::agent {

/// Unavailable if there is no dnf here. `root` is "" for the machine itself; `scratch` an empty
/// folder for dnf's log and lock, or "" for dnf's own. Not below another root, which must be
/// writable.
Result<DnfState> ask_dnf(const std::string& root, const std::string& scratch);

/// What rpm has installed here or below `root`, however it is brought. Unavailable if there is no
/// rpm, or it does not answer.
Result<std::vector<RpmPackage>> ask_rpm(const std::string& root);

/// This host's packages are rpm's: it has such a database, and dpkg has none.
bool is_of_rpm(const std::string& root);

}  // namespace mainstay::agent
