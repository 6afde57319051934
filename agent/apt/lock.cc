#include "agent/apt/lock.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace mainstay::apt {
namespace {

constexpr std::chrono::milliseconds kLockRetry{100};

LockState search_table(const struct stat& file) {
  std::ifstream table("/proc/locks");
  if (!table) return LockState::Unknown;
  // "1: POSIX  ADVISORY  WRITE 4711 fe:00:393219 0 EOF"; devices in hexadecimal.
  std::array<char, 64> wanted{};
  std::snprintf(wanted.data(), wanted.size(), " %02x:%02x:%llu ", major(file.st_dev),
                minor(file.st_dev), static_cast<unsigned long long>(file.st_ino));
  for (std::string line; std::getline(table, line);) {
    const bool waits = line.contains("->");
    if (!waits && line.contains(" POSIX ") && line.contains(wanted.data())) return LockState::Held;
  }
  return LockState::Free;
}

}  // namespace

LockState probe_lock(const std::string& path) {
  struct stat file{};
  // No lock file, no lock: dpkg makes it before it locks.
  if (stat(path.c_str(), &file) != 0) {
    return errno == ENOENT ? LockState::Free : LockState::Unknown;
  }
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return search_table(file);
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const int asked = fcntl(descriptor, F_GETLK, &lock);
  // Closing drops this process' own locks on the file: call this only while holding none.
  close(descriptor);
  if (asked != 0) return LockState::Unknown;
  return lock.l_type == F_UNLCK ? LockState::Free : LockState::Held;
}

std::string to_text(LockState state) {
  switch (state) {
    case LockState::Free:
      return "free";
    case LockState::Held:
      return "held";
    case LockState::Unknown:
      break;
  }
  return "unknown";
}

bool is_locked(const Root& root) {
  return probe_lock(root.database + "/lock-frontend") == LockState::Held ||
         probe_lock(root.database + "/lock") == LockState::Held;
}

bool retry_until(Clock::time_point limit, const std::function<bool()>& attempt) {
  while (!attempt()) {
    if (Clock::now() >= limit) return false;
    std::this_thread::sleep_for(kLockRetry);
  }
  return true;
}

}  // namespace mainstay::apt
