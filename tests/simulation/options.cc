#include "tests/simulation/options.h"

#include <array>
#include <utility>

#include "common/core/rng.h"

namespace mainstay::sim {

Options options_of(std::uint64_t seed) {
  Rng rng(seed ^ 0x5eedULL);
  // Two of three runs have a fault at all.
  const auto some = [&rng](std::uint32_t most) -> std::uint32_t {
    if (rng.below(3) == 0) return 0;
    return 1 + static_cast<std::uint32_t>(rng.below(most));
  };
  Options options;
  options.hosts = 6 + static_cast<std::uint32_t>(rng.below(7));
  options.regions = 2 + static_cast<std::uint32_t>(rng.below(2));
  options.plans = 1 + static_cast<std::uint32_t>(rng.below(2));
  options.lose = some(100);
  options.repeat = some(100);
  options.delay_max = std::chrono::milliseconds(10 + some(1500));
  options.commit_max = std::chrono::milliseconds(2 + some(100));
  options.cut = some(20);
  options.silent = some(10);
  options.crash_centre = some(60);
  options.crash_at_commit = some(15);
  options.crash_agent = some(15);
  options.crash_executor = some(25);
  options.fail = some(250);
  options.hang = some(60);
  options.drift = some(40);
  options.meddle = some(150);
  options.stop = some(20);
  options.starts_per_minute = 1 + static_cast<std::uint32_t>(rng.below(8));
  options.faults_for = std::chrono::seconds(60 + static_cast<std::int64_t>(rng.below(180)));
  return options;
}

std::string_view invariant_of(Sabotage sabotage) {
  static constexpr std::array<std::string_view, 13> kNames = {
      "", "I01", "I02", "I03", "I04", "I05", "I07", "I08", "I09", "I10", "I12", "I20", "I24"};
  return kNames[std::to_underlying(sabotage)];
}

}  // namespace mainstay::sim
