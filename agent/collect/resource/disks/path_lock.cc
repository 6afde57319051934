#include "agent/collect/resource/disks/path_lock.h"

#include <cerrno>
#include <functional>

#include <fcntl.h>

namespace mainstay::agent {

PathLock path_lock(const std::string& folder, const std::string& path) {
  if (folder.empty()) return {};
  // No kernel takes an offset that is negative or has no byte behind it.
  return {.file = folder + "/asked",
          .byte = static_cast<off_t>(std::hash<std::string>()(path) >> 2U)};
}

void hold(const PathLock& lock) {
  if (lock.file.empty()) return;
  // Stays open: the lock is the process's and goes with the first descriptor that it closes.
  const int file = ::open(lock.file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return;
  struct flock range = {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = lock.byte;
  range.l_len = 1;
  while (::fcntl(file, F_SETLKW, &range) != 0 && errno == EINTR) {
  }
}

}  // namespace mainstay::agent
