// Facts about the host that stand beside its packages: which system it is, how old its lists are,
// and the room it has. Call after open_root().
#pragma once

#include "agent/apt/root.h"

namespace mainstay::apt {

Facts read_facts(const Root& root);

/// -1 if there is no such folder.
std::int64_t free_bytes(const std::string& folder);

}  // namespace mainstay::apt
