#include "agent/collect/backup/lock_holder.h"

#include <cerrno>
#include <csignal>
#include <limits>

#include <sys/types.h>

namespace mainstay::agent::backup {

std::string holder_text(std::int64_t pid, const std::string& hostname) {
  return "pid " + std::to_string(pid) + " on " + hostname;
}

bool is_gone(const LockHolder& holder, const std::string& own_hostname) {
  const bool is_here =
      holder.hostname == own_hostname || holder.hostname.starts_with(own_hostname + ".");
  if (!is_here || holder.pid <= 0 || holder.pid > std::numeric_limits<pid_t>::max()) return false;
  // Signal 0 reaches nobody and tells whether there is somebody.
  return ::kill(static_cast<pid_t>(holder.pid), 0) != 0 && errno == ESRCH;
}

}  // namespace mainstay::agent::backup
