// One who asks for a path: a process that holds its lock, until it ends. A file system that is
// silent may hold a process beyond a kill, and each look would leave one more.
//
// All paths share one file that is never removed, each has a byte of it by its hash. A file a path
// would have to go with its lock, and who waited for it would hold a lock that nobody else sees.
#pragma once

#include <string>

#include <sys/types.h>

namespace mainstay::agent {

struct PathLock {
  std::string file;  // empty: none is kept
  off_t byte = 0;
};

/// `folder` is one of our own; empty: no lock is kept.
PathLock path_lock(const std::string& folder, const std::string& path);

/// Waits until this process has it, and holds it until its end. Where no file can be made nothing
/// is held: no reason not to ask. Makes system calls and nothing else, so it may follow a fork.
void hold(const PathLock& lock);

}  // namespace mainstay::agent
