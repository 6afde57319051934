// What this host's settings let apt and dnf do by themselves.
#pragma once

#include <string_view>

#include "common/core/result.h"

namespace mainstay::agent {

inline constexpr std::size_t kAptConfigBytesMax = 1024UL * 1024;

/// From the output of `apt-config dump`: apt's daily job runs unattended-upgrade. Malformed for
/// anything else.
Result<bool> upgrades_unattended(std::string_view dump);

/// From /etc/dnf/automatic.conf or /etc/yum/yum-cron.conf: updates are installed, not only told of.
bool applies_updates(std::string_view settings);

}  // namespace mainstay::agent
