// The verb `patch` of mainstay-collect: what waits for installation, whether the machine needs a
// reboot, and who else can change it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

std::string_view help_of_patch();

/// `patch [--root DIR] [--apt-helper PROGRAM] [--state DIR]`; Malformed, with the word that is
/// wrong. With --root only the packages below it are looked at: reboots and updaters belong to the
/// machine that runs.
Status look_at_patch(const std::vector<std::string>& words, WallTime now, SourceReport& report);

}  // namespace mainstay::agent
