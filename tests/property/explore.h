// Breadth first over the states: level by level, each state once, so that the first breach found
// is one of the shortest.
#pragma once

#include "tests/property/action.h"

namespace mainstay::model {

struct Bounds {
  Purse most;
  std::uint32_t depth = 0;
  std::size_t states = 0;
  /// One state in so many is healed, and must come to rest.
  std::size_t heal_each = 0;
};

/// What must have been seen at least once, or the world was too small to prove anything.
struct Sights {
  std::size_t succeeded = 0;  // targets, in all states together
  std::size_t failed = 0;
  std::size_t unreachable = 0;
  std::size_t closed = 0;        // attempts that their host closed before they started
  std::size_t second_tries = 0;  // attempts with a number above 1
  std::size_t later_terms = 0;
  std::size_t acknowledged = 0;
};

struct Breach {
  Violation violation;
  std::vector<std::string> trace;  // from the first state
};

struct Explored {
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::uint32_t depth = 0;
  std::size_t frontier = 0;  // states not gone on from; 0: everything within the bounds was seen
  std::size_t healed = 0;
  std::size_t rounds_max = 0;  // that a healed world took
  Sights sights;
  std::optional<Breach> breach;
};

Explored explore(const Setup& setup, const Bounds& bounds);
std::string text_of(const Bounds& bounds);
std::string text_of(const Explored& explored);
/// Too little was seen to prove anything: says what is missing, or nothing.
std::string shortcoming_of(const Sights& sights);

struct Rest {
  std::string unrest;  // empty: every rollout is over or names its person, all records are home
  std::size_t rounds = 0;
};
/// No more faults; what is under way arrives, or is lost.
enum class Under : std::uint8_t { Arrives, IsLost };
Rest heal(const Setup& setup, World world, Under under);

}  // namespace mainstay::model
