// model: every state of the small world within large bounds; or until a broken build is caught.
#include <cstdio>
#include <string>

#include "tests/property/explore.h"

namespace mainstay::model {
namespace {

constexpr std::size_t kStatesMin = 5'000;

bool is_too_small(const Explored& explored) {
  std::string missing = shortcoming_of(explored.sights);
  if (explored.states < kStatesMin) missing = "fewer than 5,000 states";
  if (!missing.empty()) std::printf("the world was too small: %s\n", missing.c_str());
  return !missing.empty();
}

int run(const Bounds& bounds, const std::string& hunted) {
  const Setup setup;
  std::printf("%s", text_of(bounds).c_str());
  const Explored explored = explore(setup, bounds);
  std::printf("%s", text_of(explored).c_str());
  if (hunted.empty()) return explored.breach || is_too_small(explored) ? 1 : 0;
  if (!explored.breach || explored.breach->violation.invariant != hunted) {
    std::printf("%s was broken and nobody noticed\n", hunted.c_str());
    return 1;
  }
  std::printf("%s found after %zu states, in %zu actions\n", hunted.c_str(), explored.states,
              explored.breach->trace.size());
  return 0;
}

bool read(int argc, char** argv, Bounds& bounds, std::string& hunted) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string argument = argv[i];
    const unsigned long value = std::strtoul(argv[i + 1], nullptr, 10);
    if (argument == "--hunt") {
      hunted = argv[i + 1];
    } else if (argument == "--depth") {
      bounds.depth = static_cast<std::uint32_t>(value);
    } else if (argument == "--states") {
      bounds.states = value;
    } else if (argument == "--heal-each") {
      bounds.heal_each = value;
    } else if (argument == "--crashes") {
      bounds.most.crashes = static_cast<std::uint8_t>(value);
    } else if (argument == "--repeats") {
      bounds.most.repeats = static_cast<std::uint8_t>(value);
    } else if (argument == "--late") {
      bounds.most.late = static_cast<std::uint8_t>(value);
    } else if (argument == "--bad") {
      bounds.most.bad = static_cast<std::uint8_t>(value);
    } else if (argument == "--acts") {
      bounds.most.acts = static_cast<std::uint8_t>(value);
    } else if (argument == "--ticks") {
      bounds.most.ticks = static_cast<std::uint8_t>(value);
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

}  // namespace
}  // namespace mainstay::model

int main(int argc, char** argv) {
  using namespace mainstay::model;
  Bounds bounds{.most = {.crashes = 2, .repeats = 1, .late = 1, .bad = 1, .acts = 1, .ticks = 6},
                .depth = 100,
                .states = 100000,
                .heal_each = 1000};
  std::string hunted;
  if (read(argc, argv, bounds, hunted)) return run(bounds, hunted);
  std::fprintf(stderr,
               "usage: model [--crashes N] [--repeats N] [--late N] [--bad N] [--acts N]\n"
               "             [--ticks N] [--depth N] [--states N] [--heal-each N] [--hunt I07]\n");
  return 2;
}
