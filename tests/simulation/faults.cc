#include "tests/simulation/faults.h"

#include <utility>

#include "coordinator/core/rollout/rollout.h"

namespace mainstay::sim {

namespace {

constexpr Duration kLongAway = 100s;

}  // namespace

void Faults::begin() {
  const Options& options = world_.options;
  for (auto& host : world_.hosts) {
    host->fail = options.fail;
    host->hang = options.hang;
    host->drift = options.drift;
    host->disk().crashes_here = [this, it = host.get()] {
      const bool intends = std::exchange(it->intends, false);
      const Options& now = world_.options;
      if (healed_ || !chance(intends ? now.crash_at_intent : now.crash_at_commit)) return false;
      crash_executor(*it, away());
      return true;
    };
    break_processes(*host);
  }
  world_.centre.disk().fails_here = [this] {
    if (!disk_fails_) return false;
    world_.kill_centre(between(1s, 5s));
    return true;
  };
}

void Faults::break_processes(Host& host) {
  Host* const it = &host;
  host.disk().fails_here = [this, it] {
    if (!it->is_full && (healed_ || !chance(world_.options.fail_host_disk))) return false;
    // One that is full stays so: the next life begins while it is, and ends as this one.
    crash_executor(*it, it->is_full ? between(1s, 10s) : away());
    return true;
  };
  host.strikes_launch = [this, it] {
    if (healed_ || !chance(world_.options.crash_at_launch)) return false;
    strike_after(2ms, [this, it] { crash_executor(*it, between(1ms, 1s)); });
    return true;
  };
  host.strikes_trace = [this, it] {
    if (healed_ || !chance(world_.options.tear)) return false;
    after(between(20s, 120s), [it] { it->boot(); });
    return true;
  };
  host.strikes_shim = [this] { return !healed_ && chance(world_.options.kill_shim); };
}

void Faults::round() {
  const Options& options = world_.options;
  for (auto& gate : world_.gates) break_gate(*gate);
  may(options.cut_region, [this] { break_region(); });
  may(options.strand, [this] { strand_last(); });
  may(options.crash_centre, [this] { world_.kill_centre(between(1s, 40s)); });
  may(options.fail_disk, [this] { break_centre_disk(); });
  may(options.skew, [this] { break_clock(world_.centre.skew, "the coordinator"); });
  for (auto& host : world_.hosts) break_host(*host);
  if (clone_ == nullptr) may(options.clone, [this] { clone_one(); });
}

void Faults::clone_one() {
  Host& twin = *world_.hosts[world_.timeline.rng.below(world_.hosts.size())];
  if (world_.checkers.is_gone(twin.id())) return;
  clone_ = &world_.clone(twin);
  clone_->fail = world_.options.fail;
  after(between(20s, 240s), [this] { clone_->retire(); });
}

void Faults::break_region() {
  const auto region_of = [](const Host& host) { return host.certificate().labels.at("region"); };
  const std::string region =
      region_of(*world_.hosts[world_.timeline.rng.below(world_.hosts.size())]);
  const Duration span = between(5s, 60s);
  for (auto& each : world_.hosts) {
    Host* const host = each.get();
    if (region_of(*host) != region) continue;
    world_.cut(*host);
    after(span, [this, host] { world_.mend(*host); });
  }
}

void Faults::strand_last() {
  if (!world_.centre.is_up()) return;
  const coordinator::State& state = world_.centre.state();
  for (const auto& [id, rollout] : state.rollouts) {
    // What only reads has all its hosts at work at once.
    const bool disrupts = coordinator::is_disruptive(coordinator::head_of(state, rollout));
    if (!disrupts || rollout.open == 0 || coordinator::totals_of(rollout).waiting > 0) continue;
    for (const auto& [name, target] : rollout.targets) {
      if (target.row.phase != TargetPhase::Working) continue;
      Host* const host = world_.host(name.text());
      world_.timeline.tell(name.text() + " is stranded");
      world_.cut(*host);
      after(between(150s, 400s), [this, host] { world_.mend(*host); });
      return;
    }
  }
}

void Faults::break_gate(Gate& gate) {
  const Options& options = world_.options;
  Gate* const it = &gate;
  may(options.crash_gate, [this, it] { world_.kill_gate(*it, between(1s, 20s)); });
  may(options.cut_gate, [this, it] {
    world_.timeline.tell(it->name() + " is cut off from the coordinator");
    it->lose_centre();
    after(between(5s, 250s), [it] { it->find_centre(); });
  });
  may(options.bad_gate, [this, it] {
    world_.timeline.tell(it->name() + " goes bad");
    it->conduct = Gate::Conduct::Bad;
    after(between(10s, 60s), [it] { it->conduct = Gate::Conduct::Honest; });
  });
}

void Faults::break_host(Host& host) {
  const Options& options = world_.options;
  Host* const it = &host;
  may(options.crash_agent, [this, it] {
    it->crash_agent();
    after(between(1s, 5s), [it] { it->start_agent(); });
  });
  may(options.crash_executor, [this, it] { crash_executor(*it, away()); });
  may(options.fill_host_disk, [this, it] { fill_disk(*it); });
  may(options.silent, [this, it] {
    it->lose_power("");
    after(between(20s, 120s), [it] { it->boot(); });
  });
  may(options.skew, [this, it] { break_clock(it->skew, it->id().text()); });
  break_connection(host);
}

// Now and then for longer than any permit lasts.
Duration Faults::away() {
  return chance(250) ? between(kLongAway, 4 * kLongAway) : between(1s, 30s);
}

void Faults::stall(Host& host) {
  Host* const it = &host;
  world_.hold_up(host, between(10s, 40s));
  const Duration at = between(1s, 15s);
  strike_after(at, [this, it] { world_.lose_connection(*it); });
  after(at + between(10ms, 5s), [this, it] { world_.dial(*it); });
}

void Faults::fill_disk(Host& host) {
  if (host.is_full) return;
  world_.timeline.tell("the disk of " + host.id().text() + " is full");
  host.is_full = true;
  after(between(20s, 300s), [it = &host] { it->is_full = false; });
}

void Faults::crash_executor(Host& host, Duration down) {
  Host* const it = &host;
  host.crash_executor();
  after(down, [it] { it->start_executor(); });
  if (down < kLongAway * world_.options.pace || !chance(500)) return;
  // So is its network, as where a machine has stood still: what comes first, comes first.
  world_.cut(host);
  after(down + between(1ms, 100ms), [this, it] { world_.mend(*it); });
}

void Faults::break_connection(Host& host) {
  const Options& options = world_.options;
  Host* const it = &host;
  const auto cut = [this, it](World::Way way) {
    world_.cut(*it, way);
    after(between(5s, 60s), [this, it] { world_.mend(*it); });
  };
  may(options.cut, [cut] { cut(World::Way::Both); });
  may(options.cut_one_way, [this, cut] {
    cut(world_.timeline.rng.below(2) == 0 ? World::Way::ToHost : World::Way::ToCentre);
  });
  may(options.flap, [this, it] { flap(*it); });
  may(options.move, [this, it] { world_.move(*it); });
  may(options.stall, [this, it] { stall(*it); });
  may(options.slow, [this, it] {
    world_.slow_down(*it, 20);
    after(between(10s, 60s), [this, it] { world_.slow_down(*it, 1); });
  });
}

void Faults::flap(Host& host) {
  Host* const it = &host;
  Duration at{};
  for (int i = 0; i < 6; ++i) {
    at += between(1s, 4s);
    strike_after(at, [this, it] { world_.lose_connection(*it); });
    at += between(1s, 4s);
    after(at, [this, it] { world_.dial(*it); });
  }
}

void Faults::break_centre_disk() {
  if (disk_fails_) return;
  world_.timeline.tell("the coordinator's disk fails");
  disk_fails_ = true;
  after(between(5s, 60s), [this] { disk_fails_ = false; });
}

void Faults::break_clock(Duration& skew, std::string_view whose) {
  static constexpr std::array<Duration, 4> kJumps = {-1h, 1h, 10s, -20s};
  skew = kJumps.at(world_.timeline.rng.below(kJumps.size()));
  world_.timeline.tell("the clock of " + std::string(whose) + " jumps");
  world_.checkers.centre_clock_jumps();
  Duration* const it = &skew;
  after(between(20s, 120s), [this, it] {
    *it = 0s;
    world_.checkers.centre_clock_jumps();
  });
}

void Faults::heal() {
  if (healed_) return;
  healed_ = true;
  world_.timeline.tell("all is healed");
  Options& options = world_.options;
  options.lose = options.repeat = options.crash_at_commit = options.late_list = 0;
  options.faults_for = 0s;
  disk_fails_ = false;
  world_.centre.skew = 0s;
  world_.checkers.centre_clock_jumps();
  if (clone_ != nullptr) clone_->retire();
  world_.centre.start();
  for (auto& gate : world_.gates) {
    gate->conduct = Gate::Conduct::Honest;
    world_.start_gate(*gate);
    gate->find_centre();
  }
  for (auto& host : world_.hosts) {
    host->fail = host->hang = host->drift = 0;
    host->is_full = false;
    host->skew = 0s;
    world_.slow_down(*host, 1);
    world_.mend(*host);
    host->boot();
    host->start_executor();
    host->start_agent();
    world_.dial(*host);
  }
}

}  // namespace mainstay::sim
