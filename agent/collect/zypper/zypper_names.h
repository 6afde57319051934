// Names out of what `zypper --xmlout` prints beside its lists of updates: repositories, locked
// packages, patches that were searched for. Refused whole where it was cut.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent {

/// Of `repos`: what enabled repositories are called in questions.
Result<std::vector<std::string>> read_zypper_repositories(std::string_view text);
/// Of `locks --solvables`: installed packages that a lock keeps as they are, each once.
Result<std::vector<std::string>> read_zypper_locked(std::string_view text);
/// Of `search --type patch`: the patches.
Result<std::vector<std::string>> read_zypper_found(std::string_view text);

}  // namespace mainstay::agent
