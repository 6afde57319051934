// simulate: runs seeds of the simulation. One with its story, or many, each twice and compared; or
// until a broken build is caught.
#include <cstdio>
#include <string>
#include <thread>

#include "tests/simulation/swarm.h"
#include "tests/simulation/where.h"

namespace mainstay::sim {
namespace {

struct Asked {
  std::uint64_t seed = 1;
  std::uint64_t count = 1;
  Size size = Size::Small;
  bool story = false;
  std::string hunted;  // an invariant
};

void print_violations(const Verdict& verdict, std::uint64_t seed, Size size) {
  std::printf("%s", last_events(verdict).c_str());
  for (const auto& violation : verdict.violations) {
    std::printf("%s: %s\n", violation.invariant.c_str(), violation.text.c_str());
  }
  std::printf("%s\n", where(seed, size).c_str());
}

int run_many(const Asked& asked) {
  std::uint64_t events = 0;
  std::size_t tasks = 0;
  EdgesTaken edges;
  for (std::uint64_t seed = asked.seed; seed < asked.seed + asked.count; ++seed) {
    const Options options = options_of(seed, asked.size);
    Verdict again;
    // Two worlds share nothing; the second is only there to be compared.
    std::thread other([&] { again = run_seed(seed, options); });
    const Verdict verdict = run_seed(seed, options);
    other.join();
    if (!verdict.violations.empty()) {
      print_violations(verdict, seed, asked.size);
      return 1;
    }
    if (verdict.digest != again.digest) {
      std::printf("%sand the other time:\n%sran differently twice: %s\n",
                  last_events(verdict).c_str(), last_events(again).c_str(),
                  where(seed, asked.size).c_str());
      return 1;
    }
    events += verdict.events;
    tasks += verdict.tasks;
    edges.add(verdict.edges);
  }
  if (asked.size == Size::Day) std::printf("%s", edges.text().c_str());
  std::printf("%llu seeds, %llu events, %zu tasks\n", static_cast<unsigned long long>(asked.count),
              static_cast<unsigned long long>(events), tasks);
  return tasks > asked.count ? 0 : 1;  // a fleet where nothing happens proves nothing
}

/// For a build without one of its guards: 0 once the checker of that invariant complains.
int hunt(const Asked& asked) {
  std::string others;
  for (std::uint64_t seed = asked.seed; seed < asked.seed + asked.count; ++seed) {
    for (const auto& violation : run_seed(seed, options_of(seed, asked.size)).violations) {
      if (violation.invariant == asked.hunted) {
        const std::string seeds = std::to_string(seed - asked.seed + 1);
        std::printf("%s found after %s seeds: %s\n", asked.hunted.c_str(), seeds.c_str(),
                    violation.text.c_str());
        return 0;
      }
      if (others.size() < 2000) others += violation.invariant + ": " + violation.text + "\n";
    }
  }
  std::printf("%s was broken and nobody noticed\n%s", asked.hunted.c_str(), others.c_str());
  return 1;
}

int run_one(const Asked& asked) {
  const Verdict verdict = run_seed(asked.seed, options_of(asked.seed, asked.size));
  if (asked.story) {
    for (const auto& line : verdict.story) std::printf("%s\n", line.c_str());
  }
  for (const auto& violation : verdict.violations) {
    std::printf("%s: %s\n", violation.invariant.c_str(), violation.text.c_str());
  }
  std::printf("seed %llu: %llu events, %zu tasks, digest %016llx\n",
              static_cast<unsigned long long>(asked.seed),
              static_cast<unsigned long long>(verdict.events), verdict.tasks,
              static_cast<unsigned long long>(verdict.digest));
  return verdict.violations.empty() ? 0 : 1;
}

bool read(int argc, char** argv, Asked& asked) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--story") {
      asked.story = true;
      continue;
    }
    if (i + 1 >= argc) return false;
    const std::string value = argv[++i];
    if (argument == "--seed") {
      asked.seed = std::strtoull(value.c_str(), nullptr, 10);
    } else if (argument == "--count") {
      asked.count = std::strtoull(value.c_str(), nullptr, 10);
    } else if (argument == "--hunt") {
      asked.hunted = value;
    } else if (const auto size = size_from(value); argument == "--size" && size) {
      asked.size = *size;
    } else {
      return false;
    }
  }
  return asked.count > 0;
}

}  // namespace
}  // namespace mainstay::sim

int main(int argc, char** argv) {
  using namespace mainstay::sim;
  Asked asked;
  if (!read(argc, argv, asked)) {
    std::fprintf(
        stderr,
        "usage: simulate [--size small|day|days] --seed N [--story]\n"
        "       simulate [--size ...] --seed N --count N      each twice, compared\n"
        "       simulate --hunt I07 --count N                 a build without that guard\n");
    return 2;
  }
  if (!asked.hunted.empty()) return hunt(asked);
  return asked.count > 1 ? run_many(asked) : run_one(asked);
}
