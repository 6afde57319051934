#include "tests/simulation/people.h"

namespace mainstay::sim {

void People::begin() {
  const Options& options = world_.options;
  const Duration last = std::max<Duration>(60s, options.faults_for / 2);
  const auto launch = [&](PlanHead head) {
    plans_.push_back(head.name);
    const Duration at = plans_.size() == 1 ? 0s : world_.timeline.between(0s, last);
    world_.timeline.after(at, [this, head = std::move(head)] { world_.pursue(head); });
  };
  for (std::uint32_t i = 1; i <= options.plans; ++i) {
    launch(disruptive_plan("plan-" + std::to_string(i)));
  }
  for (std::uint32_t i = 1; i <= options.looks; ++i) {
    launch(looking_plan("look-" + std::to_string(i)));
  }
  if (options.abort == 0) return;
  world_.checkers.on_target = [this](const TargetRow& row) {
    if (row.phase != TargetPhase::Verifying) return;
    world_.timeline.within(200ms, [this, id = row.rollout] { abort_late(id); });
  };
}

PlanHead People::disruptive_plan(std::string name) {
  const std::uint32_t pace = world_.options.pace;
  PlanHead head = world_.plan(std::move(name));
  head.order.regions_at_once = 1 + static_cast<std::uint32_t>(below(2));
  head.order.concurrency = 1 + static_cast<std::uint32_t>(below(4));
  head.advance.bake = Duration(below(3) * 8000) * pace;
  head.advance.failures = static_cast<std::uint32_t>(below(3));
  if (below(4) == 0) head.order.waves = {{.kind = WaveSpec::Kind::Percent, .amount = 40}, {}};
  if (below(5) == 0) head.order.waves = {WaveSpec{}};
  if (below(3) == 0) {
    head.steps.push_back({.task = CheckStep{{"/bin/true"}}, .within = 60s * pace});
  }
  if (below(4) == 0) head.steps.push_back({.task = RebootStep{}, .within = 120s * pace});
  head.header.required_features = features_of(head.steps);
  if (below(3) == 0) {
    head.budgets.push_back({.per = {"region"}, .kind = Budget::Kind::Unavailable, .amount = 2});
  }
  return head;
}

PlanHead People::looking_plan(std::string name) {
  PlanHead head = world_.plan(std::move(name));
  head.steps = {{.task = RunStep{.argv = {"/bin/ss"}}, .within = 60s * world_.options.pace}};
  head.order.waves.clear();
  head.budgets.clear();
  return head;
}

void People::round() {
  const Options& options = world_.options;
  may(options.meddle, [this] { meddle(); });
  may(options.abort, [this] { abort_one(); });
  may(options.remove, [this] { remove_one(); });
  may(options.flood, [this] { flood(); });
  may(options.stop, [this] {
    world_.stop(true);
    world_.timeline.after(world_.timeline.between(20s, 60s) * world_.options.pace,
                          [this] { lift(); });
  });
}

const coordinator::Rollout* People::any_rollout() {
  if (!world_.centre.is_up() || plans_.empty()) return nullptr;
  return world_.find_rollout(plans_[below(plans_.size())]);
}

void People::meddle() {
  const coordinator::Rollout* rollout = any_rollout();
  if (rollout == nullptr) return;
  const std::string plan = world_.centre.state().plans.at(rollout->row.plan).row.head.name;
  Host& host = any_host();
  switch (below(6)) {
    case 0:
      world_.steer(plan, RolloutAct::Pause);
      break;
    case 1:
      world_.steer(plan, RolloutAct::Resume);
      break;
    case 2:
      retry_one(*rollout);
      break;
    case 3:
      meddle_with_host(host);
      break;
    case 4:
      world_.timeline.tell("operator: concurrency of " + plan);
      world_.centre.ask(SetConcurrency{rollout->row.rollout, static_cast<std::uint32_t>(below(6))});
      break;
    default:
      skip(rollout->row.rollout, host);
      break;
  }
}

/// One host, or now and then all that still waits.
void People::skip(RolloutId rollout, const Host& one) {
  const bool all = below(4) == 0;
  world_.timeline.tell("operator: skip " + (all ? "the rest" : one.id().text()));
  for (const auto& host : world_.hosts) {
    if (!world_.centre.is_up() || host->is_clone() || (!all && host.get() != &one)) continue;
    world_.centre.ask(SkipHost{rollout, host->id(), "a test"});
  }
}

void People::retry_one(const coordinator::Rollout& rollout) {
  const std::string plan = world_.centre.state().plans.at(rollout.row.plan).row.head.name;
  for (const auto& [id, target] : rollout.targets) {
    if (target.row.phase != TargetPhase::Ended) continue;
    if (target.row.kind == OutcomeKind::Succeeded) continue;
    world_.retry(plan, HostId(id));
    return;
  }
}

void People::meddle_with_host(Host& host) {
  const std::uint32_t pace = world_.options.pace;
  switch (below(3)) {
    case 0:
      host.repair();
      world_.centre.ask(RecheckHost{host.id()});
      break;
    case 1:
      world_.timeline.tell("operator: park " + host.id().text());
      world_.centre.ask(ParkHost{
          .host = host.id(), .until = world_.timeline.wall() + 60s * pace, .reason = "a test"});
      break;
    default:
      // Whoever releases a slot by hand has looked at the host.
      host.repair();
      world_.centre.ask(ReleaseSlot{.host = host.id(), .reason = "a test"});
      if (world_.centre.last_answer().ends_with("is released")) {
        world_.checkers.host_excused(host.id());
      }
      break;
  }
}

void People::abort_one() {
  const coordinator::Rollout* rollout = any_rollout();
  if (rollout == nullptr) return;
  world_.timeline.tell("operator: abort");
  world_.add_control(AbortPlan{.plan = rollout->row.plan, .reason = "a test"});
}

/// A rollout that was over has a host that comes late, and somebody wants no more of it.
void People::abort_late(RolloutId id) {
  const bool is_healed = world_.timeline.now() >= world_.options.faults_for;
  if (is_healed || !world_.centre.is_up()) return;
  const auto rollout = world_.centre.state().rollouts.find(id);
  if (rollout == world_.centre.state().rollouts.end()) return;
  const bool is_late =
      rollout->second.row.phase == RolloutPhase::Finished && rollout->second.open > 0;
  if (!is_late) return;
  world_.timeline.tell("operator: abort what comes late");
  world_.add_control(AbortPlan{.plan = rollout->second.row.plan, .reason = "a test"});
}

// A host leaves the fleet, its key is revoked, or one of the operators leaves.
void People::remove_one() {
  if (!world_.centre.is_up()) return;
  if (below(3) == 0) {
    if (ben_is_gone_) return;
    ben_is_gone_ = true;
    world_.dismiss(public_key("ben"));
    return;
  }
  Host& host = any_host();
  if (world_.checkers.is_gone(host.id())) return;
  if (below(2) == 0) {
    world_.timeline.tell("operator: remove " + host.id().text());
    world_.centre.ask(RemoveHost{.host = host.id(), .reason = "a test"});
  } else {
    world_.timeline.tell("operator: revoke " + host.id().text());
    revoke(host);
  }
}

void People::revoke(const Host& host) {
  world_.add_control(
      RevokeHost{.host = host.id(), .record_key = host.record_key(), .link_key = host.link()});
}

/// What a clone said in its host's name stands. If the host's own records contradict it, the host
/// needs a new identity.
void People::end_clones() {
  for (const auto& host : world_.hosts) {
    const bool is_twin = !host->is_clone() && world_.checkers.is_cloned(host->id());
    if (is_twin && !world_.checkers.is_gone(host->id()) && !host->is_drained()) revoke(*host);
  }
}

void People::flood() {
  if (!world_.centre.is_up()) return;
  world_.timeline.tell("operator: 250 requests at once");
  for (int i = 0; i < 250 && world_.centre.is_up(); ++i) {
    world_.centre.ask(ParkHost{.host = any_host().id(), .until = {}, .reason = "back in service"});
  }
}

void People::lift() {
  if (world_.centre.is_up() && world_.centre.state().stopped) world_.stop(false);
}

void People::keep_going() {
  if (!world_.centre.is_up()) return;
  lift();
  end_clones();
  for (const std::string& plan : plans_) {
    const coordinator::Rollout* rollout = world_.find_rollout(plan);
    if (rollout != nullptr && rollout->row.phase == RolloutPhase::Paused) {
      world_.steer(plan, RolloutAct::Resume);
    }
  }
}

}  // namespace mainstay::sim
