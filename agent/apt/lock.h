// Who holds a lock that dpkg and apt take with fcntl. Reading needs no privilege: where the lock
// file cannot be opened, the kernel's table of locks is searched for its inode.
#pragma once

#include <string>

namespace mainstay::apt {

enum class LockState { Free, Held, Unknown };

LockState probe_lock(const std::string& path);
std::string to_text(LockState state);

}  // namespace mainstay::apt
