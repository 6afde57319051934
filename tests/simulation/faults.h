// What breaks in the physical world, by the seed's chances, round by round; and its healing.
#pragma once

#include "tests/simulation/world.h"

namespace mainstay::sim {

class Faults {
 public:
  explicit Faults(World& world) : world_(world) {}
  void begin();
  void round();
  /// From here on nothing breaks, and all that is broken works again.
  void heal();

 private:
  [[nodiscard]] bool chance(std::uint32_t per_mille) {
    return world_.timeline.rng.chance(per_mille);
  }
  /// In spans of the fleet's pace.
  [[nodiscard]] Duration between(Duration from, Duration to) {
    return world_.timeline.between(from, to) * world_.options.pace;
  }
  void after(Duration delay, std::function<void()> action) {
    world_.timeline.after(delay, std::move(action));
  }
  /// Nothing breaks once all is healed.
  void strike_after(Duration delay, std::function<void()> action) {
    after(delay, [this, action = std::move(action)] {
      if (!healed_) action();
    });
  }
  /// Not on the round's own beat: at any step between two of them.
  void may(std::uint32_t per_mille, std::function<void()> action) {
    if (!chance(per_mille)) return;
    world_.timeline.within(kRound * world_.options.pace, [this, action = std::move(action)] {
      if (!healed_) action();
    });
  }
  void break_region();
  void strand_last();
  void break_gate(Gate& gate);
  void clone_one();
  void break_host(Host& host);
  void break_connection(Host& host);
  void break_processes(Host& host);
  void crash_executor(Host& host, Duration down);
  [[nodiscard]] Duration away();
  void fill_disk(Host& host);
  void flap(Host& host);
  void stall(Host& host);
  void break_centre_disk();
  void break_clock(Duration& skew, std::string_view whose);

  World& world_;
  bool healed_ = false;
  bool disk_fails_ = false;
  Host* clone_ = nullptr;
};

}  // namespace mainstay::sim
