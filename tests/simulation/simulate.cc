// simulate --seed N [--story]: runs one seed of the simulation and tells what happened.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/simulation/swarm.h"

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  bool story = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--story") {
      story = true;
    } else {
      std::fprintf(stderr, "usage: simulate --seed N [--story]\n");
      return 2;
    }
  }
  using namespace mainstay::sim;
  const Verdict verdict = run_seed(seed, options_of(seed));
  if (story) {
    for (const auto& line : verdict.story) std::printf("%s\n", line.c_str());
  }
  for (const auto& violation : verdict.violations) {
    std::printf("%s: %s\n", violation.invariant.c_str(), violation.text.c_str());
  }
  std::printf("seed %llu: %llu events, %zu tasks, digest %016llx\n",
              static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(verdict.events), verdict.tasks,
              static_cast<unsigned long long>(verdict.digest));
  return verdict.violations.empty() ? 0 : 1;
}
