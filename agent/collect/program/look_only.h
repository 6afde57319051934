// What a look as root gives up before it begins.
#pragma once

#include <string>

#include "common/core/result.h"

namespace mainstay::agent {

/// Every mount but the folder `writable` (made if it is not there; empty: none) becomes read-only
/// for this process and its children, privileges cannot be gained, and of root's capabilities only
/// those to read, to see processes and to become another user stay. Unavailable where the kernel
/// refuses that and nobody did it before: then there is no look as root. Nothing happens without
/// root.
Status look_only(const std::string& writable);

}  // namespace mainstay::agent
