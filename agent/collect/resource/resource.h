// What the kernel tells of a host's resources, to any user.
#pragma once

#include <cstdint>
#include <string>

#include "common/core/result.h"

namespace mainstay::agent {

/// Of the file system that holds `path`: 0 to 100, rounded down, as an unprivileged user sees it.
Result<std::int64_t> disk_free_percent(const std::string& path);

}  // namespace mainstay::agent
