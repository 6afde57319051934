#include "agent/collect/usage/look.h"

namespace mainstay::agent {

std::string_view help_of_usage() {
  return R"(mainstay-collect usage - what fills this host's disks and could go, each with its bytes and why

usage: mainstay-collect usage [--state DIR]

--state DIR  remembers the sizes of folders, and tells those that grew most since a day ago

Caches of packages, dumps, old temporary files, old kernels, packages that nothing needs, logs, deleted
files that a process holds, images of containers. Only looks, at the lowest priority; as root it sees
all, and what it may not read is not proved.

example:
  mainstay-collect usage
)";
}

}  // namespace mainstay::agent
