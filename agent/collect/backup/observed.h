// What one look at one set saw, before anybody judges it.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "common/core/time.h"

namespace mainstay::agent::backup {

struct ObservedLock {
  std::string holder;  // "pid 4242 on vm"
  Duration age{};
  enum class State { Held, PerhapsStale, Stale } state = State::Held;
};

struct Observed {
  // Not empty: nothing could be told, and why. What follows is then of no meaning, but the lock.
  std::string trouble;
  std::optional<WallTime> newest;  // nothing: there is no good backup
  std::optional<std::int64_t> bytes;
  std::optional<std::int64_t> bytes_before;
  std::optional<std::int64_t> count;  // of backups that count
  std::string refuted;                // the tool itself says what is bad
  std::string note;                   // what the age means where it is not plain
  std::optional<ObservedLock> lock;
  pid_t group_killed = 0;  // of a program that did not end in time
};

/// Where and when a look is made.
struct LookOrder {
  WallTime now{};
  std::string hostname;
  std::string state;  // our folder; empty: nothing is remembered
};

}  // namespace mainstay::agent::backup
