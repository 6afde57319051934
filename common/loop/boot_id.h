// Which boot of this machine it is. An Instant means something only together with this.
#pragma once

#include <string>

#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay::loop {

/// Set by our units: what a sandbox has as /proc shows, in a container, the boot of the machine
/// below.
inline constexpr const char* kBootIdVariable = "MAINSTAY_BOOT_ID";

/// Digest of the boot id, its 32 digits alone. `path` is a parameter so that tests, and hosts that
/// only look like hosts, can say another.
Result<BootId> boot_id(const std::string& path = "/proc/sys/kernel/random/boot_id");

}  // namespace mainstay::loop
