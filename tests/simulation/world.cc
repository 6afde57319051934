#include "tests/simulation/world.h"

#include "common/core/check.h"
#include "common/core/digest.h"
#include "coordinator/core/planner/planner.h"

namespace mainstay::sim {

namespace {

OperatorEntry entry(const std::string& name, Role role, WallTime now) {
  return {.name = name,
          .key = public_key(name),
          .link = link_key(name),
          .role = role,
          .scope = {},
          .expires = now + 24000h};
}

Roster first_roster(WallTime now) {
  return {.header = {.required_features = {}, .not_after = now + 24000h},
          .number = {1},
          .operators = {entry("ana", Role::Admin, now), entry("ben", Role::Admin, now),
                        entry("eve", Role::Viewer, now)},
          .signatures_needed = {1, 1, 1, 1},
          .recovery = public_key("recovery")};
}

void stretch(coordinator::Limits& limits, std::uint32_t pace) {
  for (Duration* span :
       {&limits.silent_after, &limits.listen, &limits.beacon_interval, &limits.beacon_lifetime,
        &limits.admitted_interval, &limits.admitted_lifetime, &limits.dispatch_interval,
        &limits.permit_lifetime, &limits.attempt_grace, &limits.verify_max, &limits.look_interval,
        &limits.unreachable_after, &limits.resolve_max, &limits.resolve_interval,
        &limits.duplicate_span}) {
    *span *= pace;
  }
}

}  // namespace

World::World(std::uint64_t seed, const Options& options_in)
    : options(options_in),
      timeline(seed),
      checkers(timeline),
      centre({.timeline = timeline,
              .checkers = checkers,
              .send = [this](const LinkKey& gate, const GateOrder& order) { to_gate(gate, order); },
              .started =
                  [this] {
                    for (auto& gate : gates) gate->greet();
                  }},
             options) {
  const Roster roster = first_roster(timeline.wall());
  FakeSigner ana(public_key("ana"));
  roster_ = *seal(context::kRoster, encode(roster), ana);
  centre.disk().put(RosterRow{.roster = roster, .document = roster_});
  add_gates();
  static constexpr std::array kRegions = {"eu", "us", "ap"};
  for (std::uint32_t i = 0; i < options.hosts; ++i) {
    const std::string region = kRegions.at(i % options.regions);
    const std::uint32_t k = i / options.regions;
    add_host("web-" + region + "-" + std::to_string(k + 1),
             {{"region", region},
              {"zone", region + (k % 2 == 0 ? "-a" : "-b")},
              {"role", "web"},
              {"cluster", "web-" + std::to_string(k % 3 + 1)}});
  }
  add_host("db-eu-1", {{"region", "eu"}, {"zone", "eu-a"}, {"role", "db"}, {"cluster", "db"}});
  checkers.starts_per_minute = options.starts_per_minute;
  // 60 s at the executor, and 30 s on its way: no closer do the clocks have to agree.
  checkers.beacon_age_max = 90s * options.pace;
  centre.limits.starts_per_minute = options.starts_per_minute;
  checkers.gate_starts_per_minute = options.gate_starts;
  checkers.list_age_max = options.list_age * options.pace;
  checkers.pace = options.pace;
  centre.limits.admitted_interval = options.list_age / 4;
  centre.limits.admitted_lifetime = options.list_age;
  centre.limits.beacon_interval = 16s;
  centre.limits.silent_after = 40s;
  centre.limits.requests_max = 200;
  centre.limits.check_interval = 0s;
  stretch(centre.limits, options.pace);
  if (options.crash_at_commit > 0) {
    centre.disk().crashes_here = [this] {
      if (timeline.now() > options.faults_for || !timeline.rng.chance(options.crash_at_commit)) {
        return false;
      }
      kill_centre(timeline.between(1s, 20s));
      return true;
    };
  }
}

Host& World::make_host(Host::Identity identity) {
  const std::size_t place = hosts.size();
  hosts.push_back(std::make_unique<Host>(
      Host::Ports{.timeline = timeline,
                  .checkers = checkers,
                  .send = [this, place](Bytes frame) { say(*hosts[place], std::move(frame)); },
                  .dial = [this, place] { dial(*hosts[place]); },
                  .hang_up = [this, place] { hang_up(*hosts[place]); }},
      std::move(identity), options));
  Host& host = *hosts.back();
  by_link_[host.link()].push_back(&host);
  lanes_[&host].home = place % gates.size();
  return host;
}

void World::add_host(const std::string& name, Labels labels) {
  const Host& host = make_host({.id = *HostId::parse(name),
                                .labels = std::move(labels),
                                .dispatch_key = centre.dispatch_key,
                                .roster = roster_,
                                .operator_key = public_key("ana")});
  HostRow row;
  row.host = host.id();
  row.link_key = host.link();
  row.record_key = host.record_key();
  row.certificate = host.certificate();
  row.certificate_document = host.label_document();
  row.enrolled_by = "ana";
  centre.disk().put(row);
}

Host& World::clone(const Host& host) {
  timeline.tell(host.id().text() + " is cloned");
  checkers.host_cloned(host.id());
  Host::Identity identity = host.identity();
  identity.copy = "-clone";
  Host& clone = make_host(std::move(identity));
  clone.copy(host);
  clone.boot();
  return clone;
}

void World::begin() {
  for (auto& gate : gates) {
    const Bytes list = first_list();
    checkers.list_came(gate->name(), split(list).front());
    checkers.list_stored(gate->name());
    gate->install(list);
    gate->start();
  }
  for (auto& host : hosts) host->boot();
  centre.start();
  run_for(18s * options.pace);
}

void World::run_for(Duration span) {
  const Duration end = timeline.now() + span;
  while (is_sound() && timeline.run_one(end)) {
    if (++turns_ % 1000 == 0) check_bounds();
  }
  // Time passes also when nothing happens.
  if (is_sound()) {
    timeline.after(end - timeline.now(), [] {});
    timeline.run_one(end);
  }
}

// ---- the physical world

Host* World::host(std::string_view name) {
  for (auto& host : hosts) {
    if (host->id().text() == name) return host.get();
  }
  return nullptr;
}

void World::kill_centre(Duration down) {
  if (!centre.is_up()) return;
  centre.crash("");
  timeline.after(down, [this] { centre.start(); });
}

// ---- operators

PlanHead World::plan(std::string name) const {
  PlanHead head;
  head.header.not_after = timeline.wall() + 24h * (1 + options.pace / 10);
  head.name = std::move(name);
  head.reason = "a test";
  head.targets = "role = web";
  head.steps = {{.task = PatchStep{}, .within = 60s * options.pace}};
  head.order.waves = {{.kind = WaveSpec::Kind::Count, .amount = 1}, {}};
  head.budgets = {{.per = {"cluster"}, .kind = Budget::Kind::Unavailable, .amount = 1}};
  head.advance.failures = 1;
  return head;
}

void World::draft(const PlanHead& head) {
  timeline.tell("operator: plan " + head.name);
  centre.ask(DraftPlan{head});
}

const coordinator::Plan* World::find_plan(std::string_view name) const {
  if (!centre.is_up()) return nullptr;
  for (const auto& [id, plan] : centre.state().plans) {
    if (plan.row.head.name == name) return &plan;
  }
  return nullptr;
}

const coordinator::Rollout* World::find_rollout(std::string_view plan) const {
  const coordinator::Plan* found = find_plan(plan);
  if (found == nullptr) return nullptr;
  for (const auto& [id, rollout] : centre.state().rollouts) {
    if (rollout.row.plan == found->row.plan) return &rollout;
  }
  return nullptr;
}

void World::approve(std::string_view name) {
  approve(name, public_key("ana"));
}

void World::approve(std::string_view name, const PublicKey& by) {
  const coordinator::Plan* plan = find_plan(name);
  if (plan == nullptr || plan->row.phase == PlanPhase::Freezing) return;
  std::vector<Leaf> leaves;
  for (const auto& row : plan->leaves) leaves.push_back(*decode<Leaf>(row.bytes));
  // The operator believes only what it decoded and counted itself.
  const auto head = decode<PlanHead>(plan->row.head_payload);
  CHECK(head.has_value());
  CHECK(head->host_count == leaves.size());
  timeline.tell("operator: approve " + std::string(name) + ", " + std::to_string(leaves.size()) +
                " hosts");
  checkers.plan_approved(plan->row.plan, *head, leaves, by);
  FakeSigner signer(by);
  centre.ask(ApprovePlan{*seal(context::kPlanHead, plan->row.head_payload, signer)}, by);
}

void World::start(std::string_view name) {
  const coordinator::Plan* plan = find_plan(name);
  if (plan == nullptr) return;
  timeline.tell("operator: start " + std::string(name));
  centre.ask(StartPlan{plan->row.plan});
}

void World::retry(std::string_view plan, const HostId& host) {
  const coordinator::Rollout* rollout = find_rollout(plan);
  if (rollout == nullptr) return;
  timeline.tell("operator: retry " + host.text());
  checkers.retry_asked(rollout->row.plan, host);
  centre.ask(RetryHost{rollout->row.rollout, host});
}

void World::steer(std::string_view plan, RolloutAct act) {
  const coordinator::Rollout* rollout = find_rollout(plan);
  if (rollout == nullptr) return;
  timeline.tell(std::string("operator: ") + (act == RolloutAct::Pause ? "pause " : "resume ") +
                std::string(plan));
  centre.ask(SteerRollout{rollout->row.rollout, act, ""});
}

void World::stop(bool on) {
  timeline.tell(on ? "operator: STOP" : "operator: lift STOP");
  if (on) {
    add_control(StopFleet{"a test"});
  } else {
    add_control(LiftStop{"a test"});
  }
}

void World::add_control(ControlAct act) {
  if (!centre.is_up()) return;
  const auto& chain = centre.state().control;
  ControlStatement statement;
  statement.header.not_after = timeline.wall() + 720h;
  statement.signed_at = timeline.wall();
  statement.number = {chain.empty() ? 1 : chain.back().number.value + 1};
  if (!chain.empty()) statement.previous = chain.back().digest;
  statement.act = std::move(act);
  FakeSigner ana(public_key("ana"));
  FakeSigner ben(public_key("ben"));
  const Bytes one = *seal(context::kControl, encode(statement), ana);
  centre.ask(AddControl{*add_signature(one, ben)});  // a lift takes both
}

void World::dismiss(const PublicKey& key) {
  if (!centre.is_up()) return;
  Roster next = centre.state().roster->roster;
  next.number = {next.number.value + 1};
  std::erase_if(next.operators, [&](const OperatorEntry& entry) { return entry.key == key; });
  FakeSigner ana(public_key("ana"));
  timeline.tell("operator: dismiss one");
  add_control(NewRoster{*seal(context::kRoster, encode(next), ana)});
}

void World::pursue(PlanHead head) {
  if (find_rollout(head.name) != nullptr) return;
  const coordinator::Plan* plan = find_plan(head.name);
  Duration pause = 3s;
  if (!centre.is_up()) {
    pause = 5s;
  } else if (plan == nullptr) {
    draft(head);
    pause = 45s;
  } else if (!coordinator::approvals_missing(centre.state(), *plan, centre.now()).empty()) {
    // Ben signs every other plan, as long as he may.
    const bool ana =
        plan->row.head.name.back() % 2 != 0 || centre.state().roster->roster.operators.size() < 3;
    approve(head.name, public_key(ana ? "ana" : "ben"));
  } else {
    start(head.name);
  }
  timeline.after(pause * options.pace, [this, head = std::move(head)] { pursue(head); });
}

// ---- bounds

void World::check_bounds() {
  if (centre.is_up()) {
    const coordinator::State& state = centre.state();
    checkers.holds({.what = "requests remembered", .size = state.requests.size(), .most = 200});
    checkers.holds({.what = "drafts", .size = state.drafts.size(), .most = 16});
    checkers.holds(
        {.what = "audit records in memory", .size = state.audit.recent.size(), .most = 2'000});
    checkers.holds({.what = "slots", .size = state.slots.size(), .most = hosts.size()});
  }
  for (const auto& host : hosts) {
    if (const executor::Journal* journal = host->journal()) {
      checkers.holds(
          {.what = "attempts in a journal", .size = journal->attempts.size(), .most = 200});
    }
    if (const agent::AgentState* agent = host->agent()) {
      checkers.holds({.what = "records in a spool", .size = agent->spool.size(), .most = 64});
    }
  }
}

}  // namespace mainstay::sim
