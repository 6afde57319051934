// The verb `patch` of mainstay-collect: what waits for installation, whether the machine needs a
// reboot, and who else can change it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/plan/finding.h"

namespace mainstay::agent {

std::string_view help_of_patch();

/// `patch [--root DIR] [--apt-helper PROGRAM] [--state DIR]`; false for wrong use. With --root only
/// the packages below it are looked at: reboots and updaters belong to the machine that runs.
bool look_at_patch(const std::vector<std::string>& words, WallTime now, SourceReport& report);

}  // namespace mainstay::agent
