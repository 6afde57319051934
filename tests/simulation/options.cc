#include "tests/simulation/options.h"

#include <array>
#include <utility>

#include "common/core/rng.h"

namespace mainstay::sim {

namespace {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : rng_(seed ^ 0x5eedULL) {}
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(rng_.below(limit)); }
  /// Two of three runs have a fault at all.
  std::uint32_t some(std::uint32_t most) { return below(3) == 0 ? 0 : 1 + below(most); }

 private:
  Rng rng_;
};

void draw_network(Draw& draw, Options& options) {
  options.lose = draw.some(100);
  options.repeat = draw.some(100);
  options.delay_max = std::chrono::milliseconds(10 + draw.some(1500));
  options.cut = draw.some(20);
  options.cut_one_way = draw.some(15);
  options.cut_region = draw.some(15);
  options.flap = draw.some(10);
  options.crash_gate = draw.some(30);
  options.slow = draw.some(15);
}

void draw_machines(Draw& draw, Options& options) {
  options.commit_max = std::chrono::milliseconds(2 + draw.some(100));
  options.silent = draw.some(10);
  options.crash_centre = draw.some(60);
  options.crash_at_commit = draw.some(15);
  options.fail_disk = draw.some(8);
  options.crash_agent = draw.some(15);
  options.crash_executor = draw.some(25);
  options.skew = draw.some(10);
  options.fail = draw.some(250);
  options.hang = draw.some(60);
  options.drift = draw.some(40);
}

void draw_host_processes(Draw& draw, Options& options) {
  options.crash_at_launch = draw.some(250);
  options.kill_shim = draw.some(60);
  options.fail_host_disk = draw.some(8);
}

void draw_gates(Draw& draw, Options& options) {
  options.gates = 1 + draw.below(3);
  options.gate_starts = 4 + draw.below(12);
  options.list_age = std::chrono::seconds(40 + draw.below(120));
  options.cut_gate = draw.some(30);
  options.bad_gate = draw.some(20);
  options.late_list = draw.some(250);
  options.move = draw.some(20);
  // Rare: a clone's host is lost to the other checkers.
  options.clone = draw.below(4) == 0 ? 1 + draw.below(60) : 0;
}

void draw_people(Draw& draw, Options& options) {
  options.meddle = draw.some(150);
  options.stop = draw.some(20);
  options.abort = draw.some(20);
  options.remove = draw.some(10);
  options.flood = draw.some(10);
  options.thief = draw.some(250);
  options.liar = draw.some(150);
}

// What came later, so that the rest of a seed's run is drawn as before.
void draw_more(Draw& draw, Options& options) {
  options.fill_host_disk = draw.some(4);
  options.stall = draw.some(20);
  options.tear = draw.some(60);
  options.strand = draw.some(120);
  options.crash_at_intent = draw.some(100);
}

}  // namespace

static constexpr std::array<std::string_view, 3> kSizeWords = {"small", "day", "days"};

std::optional<Size> size_from(std::string_view word) {
  for (std::size_t i = 0; i < kSizeWords.size(); ++i) {
    if (kSizeWords.at(i) == word) return static_cast<Size>(i);
  }
  return std::nullopt;
}

std::string_view word_of(Size size) {
  return kSizeWords.at(static_cast<std::size_t>(size));
}

Options options_of(std::uint64_t seed, Size size) {
  Draw draw(seed);
  Options options;
  // By a chance of its own, so that the rest of a seed's run is drawn as before.
  options.expose = Draw(~seed).some(300);
  options.has_lists = true;
  draw_network(draw, options);
  draw_machines(draw, options);
  draw_people(draw, options);
  options.starts_per_minute = 1 + draw.below(8);
  options.hosts = 6 + draw.below(7);
  options.regions = 2 + draw.below(2);
  options.plans = 1 + draw.below(2);
  options.looks = draw.some(2);
  options.faults_for = std::chrono::seconds(60 + draw.below(180));
  draw_host_processes(draw, options);
  draw_gates(draw, options);
  draw_more(draw, options);
  if (size == Size::Small) return options;
  const bool is_large = size == Size::Days;
  options.hosts = is_large ? 200 : 24;
  options.regions = 3;
  options.pace = is_large ? 60 : 30;
  options.plans = 2 + draw.below(3);
  options.starts_per_minute = is_large ? 20 : 2 + draw.below(8);
  options.faults_for = std::chrono::hours(is_large ? 72 : 24);
  return options;
}

}  // namespace mainstay::sim
