// Who holds a repository's lock, and whether he is still there: only a process of this host can be
// looked for.
#pragma once

#include <cstdint>
#include <string>

namespace mainstay::agent::backup {

struct LockHolder {
  std::int64_t pid = 0;
  std::string hostname;
};

/// "pid 4242 on vm".
std::string holder_text(std::int64_t pid, const std::string& hostname);
/// Proved to be gone: of this host, and no such process.
bool is_gone(const LockHolder& holder, const std::string& own_hostname);

}  // namespace mainstay::agent::backup
