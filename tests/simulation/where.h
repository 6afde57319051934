// What a failure has to say, so that anybody can see it again.
#pragma once

#include <cstdlib>
#include <string>

#include "tests/simulation/swarm.h"

namespace mainstay::sim {

/// "seed 17 at 1a2b3c4; its story: tests/simulation/replay 17 day". The commit is what
/// MAINSTAY_COMMIT says; tests/run, long and replay set it.
inline std::string where(std::uint64_t seed, Size size = Size::Small) {
  const char* commit = std::getenv("MAINSTAY_COMMIT");
  const std::string name = std::to_string(seed);
  return "seed " + name + " at " + (commit == nullptr ? "an unnamed commit" : commit) +
         "; its story: tests/simulation/replay " + name + " " + std::string(word_of(size));
}

/// Its last lines.
inline std::string last_events(const Verdict& verdict) {
  constexpr std::size_t kLines = 30;
  const std::size_t count = verdict.story.size();
  std::string text;
  for (std::size_t i = count > kLines ? count - kLines : 0; i < count; ++i) {
    text += verdict.story[i] + "\n";
  }
  return text;
}

}  // namespace mainstay::sim
