// Which boot of this machine it is. An Instant means something only together with this.
#pragma once

#include <string>

#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay::loop {

/// Digest of the kernel's boot id, without its newline. `path` is a parameter so that tests, and
/// hosts that only look like hosts, can say another.
Result<BootId> boot_id(const std::string& path = "/proc/sys/kernel/random/boot_id");

}  // namespace mainstay::loop
