#include "tests/simulation/swarm.h"

#include "common/core/digest.h"
#include "coordinator/core/rollout/hold.h"
#include "tests/simulation/world.h"

namespace mainstay::sim {

namespace {

constexpr Duration kRound = 5s;
constexpr Duration kLivenessMax = 40min;

class Swarm {
 public:
  Swarm(std::uint64_t seed, const Options& options) : world_(seed, options) {}

  Verdict run() {
    for (auto& host : world_.hosts) {
      host->fail = world_.options.fail;
      host->hang = world_.options.hang;
      host->drift = world_.options.drift;
    }
    world_.begin();
    for (std::uint32_t i = 1; i <= world_.options.plans; ++i) {
      PlanHead head = random_plan("plan-" + std::to_string(i));
      world_.timeline.after(i == 1 ? 0s : world_.timeline.between(0s, 60s),
                            [this, head] { world_.pursue(head); });
    }
    while (world_.is_sound() && world_.timeline.now() < world_.options.faults_for) {
      round();
      world_.run_for(kRound);
    }
    heal();
    const Duration end = world_.timeline.now() + kLivenessMax;
    std::string unrest = "not looked at";
    while (world_.is_sound() && !unrest.empty() && world_.timeline.now() < end) {
      world_.run_for(kRound);
      sabotage();
      keep_going();
      unrest = why_no_rest();
    }
    if (world_.is_sound() && unrest.empty()) world_.checkers.at_end();
    Verdict verdict{.digest = world_.timeline.digest(),
                    .events = world_.timeline.events(),
                    .tasks = world_.checkers.begun(),
                    .violations = world_.checkers.violations(),
                    .story = world_.timeline.story()};
    if (verdict.violations.empty() && !unrest.empty()) {
      verdict.violations.push_back({.invariant = "liveness", .text = unrest});
    }
    return verdict;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return world_.timeline.rng.below(limit); }
  bool chance(std::uint32_t per_mille) { return world_.timeline.rng.chance(per_mille); }
  Host& any_host() { return *world_.hosts[below(world_.hosts.size())]; }
  Duration between(Duration from, Duration to) { return world_.timeline.between(from, to); }
  void after(Duration delay, std::function<void()> action) {
    world_.timeline.after(delay, std::move(action));
  }

  PlanHead random_plan(std::string name) {
    PlanHead head = world_.plan(std::move(name));
    head.order.regions_at_once = 1 + static_cast<std::uint32_t>(below(2));
    head.order.concurrency = 1 + static_cast<std::uint32_t>(below(4));
    head.advance.bake = Duration(below(3) * 8000);
    head.advance.failures = static_cast<std::uint32_t>(below(3));
    if (below(4) == 0) head.order.waves = {{.kind = WaveSpec::Kind::Percent, .amount = 40}, {}};
    if (below(5) == 0) head.order.waves = {WaveSpec{}};
    if (below(3) == 0) head.steps.push_back({.task = CheckStep{{"/bin/true"}}, .within = 60s});
    if (below(3) == 0) {
      head.budgets.push_back({.per = {"region"}, .kind = Budget::Kind::Unavailable, .amount = 2});
    }
    return head;
  }

  void round() {
    const Options& options = world_.options;
    sabotage();
    if (chance(options.crash_centre)) world_.kill_centre(between(1s, 40s));
    for (auto& each : world_.hosts) {
      Host* const host = each.get();
      if (chance(options.crash_agent)) {
        host->crash_agent();
        after(between(1s, 5s), [host] { host->start_agent(); });
      }
      if (chance(options.crash_executor)) {
        host->crash_executor();
        after(between(1s, 5s), [host] { host->start_executor(); });
      }
      if (chance(options.cut)) {
        world_.cut(*host);
        after(between(5s, 60s), [this, host] { world_.mend(*host); });
      }
      if (chance(options.silent)) {
        host->lose_power("");
        after(between(20s, 120s), [host] { host->boot(); });
      }
    }
    if (chance(options.meddle)) meddle();
    if (chance(options.stop)) {
      world_.stop(true);
      after(between(20s, 60s), [this] { lift(); });
    }
  }

  void lift() {
    if (world_.centre.is_up() && world_.centre.state().stopped) world_.stop(false);
  }

  // What people do when they are nervous.
  void meddle() {
    if (!world_.centre.is_up()) return;
    const std::string plan = "plan-1";
    const coordinator::Rollout* rollout = world_.find_rollout(plan);
    if (rollout == nullptr) return;
    Host& host = any_host();
    switch (below(5)) {
      case 0:
        world_.steer(plan, RolloutAct::Pause);
        break;
      case 1:
        world_.steer(plan, RolloutAct::Resume);
        break;
      case 2:
        for (const auto& [id, target] : rollout->targets) {
          if (target.row.phase != TargetPhase::Ended) continue;
          if (target.row.kind == OutcomeKind::Succeeded) continue;
          world_.retry(plan, HostId(id));
          return;
        }
        break;
      case 3:
        host.repair();
        world_.centre.ask(RecheckHost{host.id()});
        break;
      default:
        world_.timeline.tell("operator: skip " + host.id().text());
        world_.centre.ask(SkipHost{rollout->row.rollout, host.id(), "a test"});
        break;
    }
  }

  void heal() {
    world_.timeline.tell("all is healed");
    Options& options = world_.options;
    options.lose = options.repeat = options.crash_at_commit = 0;
    options.faults_for = 0s;
    world_.centre.start();
    for (auto& host : world_.hosts) {
      host->fail = host->hang = host->drift = 0;
      world_.mend(*host);
      host->boot();
      host->start_executor();
      host->start_agent();
    }
  }

  // A pause and a STOP would wait for a person; here the person comes.
  void keep_going() {
    if (!world_.centre.is_up()) return;
    lift();
    for (std::uint32_t i = 1; i <= world_.options.plans; ++i) {
      const std::string plan = "plan-" + std::to_string(i);
      const coordinator::Rollout* rollout = world_.find_rollout(plan);
      if (rollout != nullptr && rollout->row.phase == RolloutPhase::Paused) {
        world_.steer(plan, RolloutAct::Resume);
      }
    }
  }

  /// Empty once every rollout is over or waits for a person, and every record has come home.
  std::string why_no_rest() {
    if (!world_.centre.is_up()) return "the coordinator is down";
    const coordinator::State& state = world_.centre.state();
    if (state.stopped) return "STOP is in force";
    for (std::uint32_t i = 1; i <= world_.options.plans; ++i) {
      const std::string plan = "plan-" + std::to_string(i);
      const coordinator::Rollout* rollout = world_.find_rollout(plan);
      if (rollout == nullptr) return plan + " is not under way";
      if (std::string why = why_goes_on(*rollout); !why.empty()) return plan + ": " + why;
    }
    for (const auto& host : world_.hosts) {
      if (!host->is_drained()) return host->id().text() + " has records that nobody took";
    }
    return "";
  }

  std::string why_goes_on(const coordinator::Rollout& rollout) {
    using coordinator::Bind;
    const coordinator::State& state = world_.centre.state();
    if (rollout.open > 0) return "work is open";
    const bool over = rollout.row.phase != RolloutPhase::Running;
    if (over && rollout.reopened == 0) return "";
    const coordinator::Outlook outlook(state, world_.centre.limits, world_.centre.now());
    std::string why = "nobody waits and it does not end";
    for (const auto& [id, target] : rollout.targets) {
      if (target.row.phase != TargetPhase::Waiting) continue;
      const auto hold = coordinator::hold_of(outlook, rollout, target);
      if (!hold) return id.text() + " may start and does not";
      const bool booked = hold->bind == Bind::Slot || hold->bind == Bind::Budget;
      const HostId& blocking = hold->bind == Bind::Slot ? id : hold->blocking;
      const auto slot = state.slots.find(blocking);
      // A slot that only a person can give back.
      if (booked && slot != state.slots.end() && slot->second.tainted) return "";
      why = id.text() + " waits: " + hold->text;
    }
    return why;
  }

  void sabotage();
  std::uint32_t last_wave(const coordinator::Rollout& rollout, const std::string& region) {
    std::uint32_t last = 0;
    for (const auto& leaf : world_.centre.state().plans.at(rollout.row.plan).leaves) {
      if (leaf.leaf.region == region) last = std::max(last, leaf.leaf.wave);
    }
    return last;
  }

  World world_;
  bool sabotaged_ = false;
};

void Swarm::sabotage() {
  if (world_.options.sabotage == Sabotage::None || !world_.centre.is_up()) return;
  coordinator::State& state = world_.centre.state_to_break();
  const Sabotage how = world_.options.sabotage;
  if (how == Sabotage::ForgeStart && !sabotaged_) {
    sabotaged_ = true;
    Host& host = any_host();
    host.force_start({.plan = sha256(as_bytes("nobody")), .step = 0, .host = host.id()});
  } else if (how == Sabotage::WidenAudience && !sabotaged_) {
    if (world_.find_rollout("plan-1") == nullptr) return;
    sabotaged_ = true;
    Host& host = *world_.host("db-eu-1");
    host.force_start(
        {.plan = world_.find_rollout("plan-1")->row.plan, .step = 0, .host = host.id()});
  } else if (how == Sabotage::LowerTerm) {
    Host& host = any_host();
    host.crash_executor();
    host.start_executor();
  } else if (how == Sabotage::DropSlot) {
    std::erase_if(state.slots, [](const auto& slot) { return slot.second.tainted; });
  } else if (how == Sabotage::ForgetStop) {
    state.stopped = false;
    if (world_.find_rollout("plan-1") != nullptr && !sabotaged_) {
      sabotaged_ = true;
      world_.stop(true);
    }
  }
  for (auto& [id, rollout] : state.rollouts) {
    for (auto& region : rollout.row.regions) {
      if (how == Sabotage::OpenRegions && region.phase == RegionPhase::Open &&
          region.wave >= last_wave(rollout, region.name)) {
        region.phase = RegionPhase::Done;
      }
      if (how == Sabotage::SkipWaves) region.wave = 9;
    }
  }
}

}  // namespace

Verdict run_seed(std::uint64_t seed, const Options& options) {
  Swarm swarm(seed, options);
  return swarm.run();
}

}  // namespace mainstay::sim
