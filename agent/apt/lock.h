// Who holds a lock that dpkg and apt take with fcntl. Reading needs no privilege: where the lock
// file cannot be opened, the kernel's table of locks is searched for its inode.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "agent/apt/root.h"

namespace mainstay::apt {

enum class LockState { Free, Held, Unknown };

LockState probe_lock(const std::string& path);
std::string to_text(LockState state);

/// Is another package manager at work? Only while holding neither of its two locks.
bool is_locked(const Root& root);

using Clock = std::chrono::steady_clock;

/// Tries until it works or the time is over. A lock is asked for without waiting inside libapt-pkg,
/// so that one limit holds for all of them together.
bool retry_until(Clock::time_point limit, const std::function<bool()>& attempt);

}  // namespace mainstay::apt
