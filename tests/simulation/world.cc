#include "tests/simulation/world.h"

#include "common/core/check.h"
#include "common/core/digest.h"

namespace mainstay::sim {

namespace {

// As the fabric's heartbeats notice a dead peer.
constexpr Duration kHeartbeat = 15s;

Roster roster_of(const PublicKey& key, WallTime now) {
  return {.header = {.required_features = {}, .not_after = now + 2400h},
          .number = {1},
          .operators = {{.name = "ana",
                         .key = key,
                         .link = link_key("operator"),
                         .role = Role::Admin,
                         .scope = {},
                         .expires = now + 2400h}},
          .signatures_needed = {1, 1, 1, 1},
          .recovery = public_key("recovery")};
}

}  // namespace

World::World(std::uint64_t seed, const Options& options_in)
    : options(options_in),
      timeline(seed),
      checkers(timeline),
      centre(
          {.timeline = timeline,
           .checkers = checkers,
           .send = [this](const LinkKey& link, Bytes frame) { to_host(link, std::move(frame)); }},
          options) {
  centre.operators = {operator_key_};
  const Roster roster = roster_of(operator_key_, timeline.wall());
  FakeSigner admin(operator_key_);
  roster_ = *seal(context::kRoster, encode(roster), admin);
  centre.disk().put(RosterRow{.roster = roster, .document = roster_});
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
  centre.limits.starts_per_minute =
      options.sabotage == Sabotage::Hurry ? 1000 : options.starts_per_minute;
  centre.limits.beacon_interval = 16s;
  centre.limits.silent_after = 40s;
  if (options.sabotage == Sabotage::LoseRecord) {
    centre.disk().drops = [](const CoordinatorRow& row) {
      return std::holds_alternative<RecordRow>(row);
    };
  }
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

void World::add_host(const std::string& name, Labels labels) {
  const LinkKey link = link_key(name);
  hosts.push_back(std::make_unique<Host>(
      Host::Ports{.timeline = timeline,
                  .checkers = checkers,
                  .send = [this, link](Bytes frame) { to_centre(link, std::move(frame)); }},
      Host::Identity{.id = *HostId::parse(name),
                     .labels = std::move(labels),
                     .dispatch_key = centre.dispatch_key,
                     .roster = roster_,
                     .operator_key = operator_key_},
      options));
  Host& host = *hosts.back();
  by_link_[link] = &host;
  HostRow row;
  row.host = host.id();
  row.link_key = link;
  row.record_key = host.record_key();
  row.certificate = host.certificate();
  row.certificate_document = host.label_document();
  row.enrolled_by = "ana";
  centre.disk().put(row);
}

void World::begin() {
  for (auto& host : hosts) host->boot();
  centre.start();
  run_for(18s);
}

void World::run_for(Duration span) {
  const Duration end = timeline.now() + span;
  while (is_sound() && timeline.run_one(end)) {
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

void World::carry(Duration& newest, std::function<void()> arrive) {
  if (timeline.rng.chance(options.lose)) return;
  const int copies = timeline.rng.chance(options.repeat) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    newest = std::max(newest, timeline.now() + timeline.between(1ms, options.delay_max));
    timeline.after(newest - timeline.now(), arrive);
  }
}

void World::to_host(const LinkKey& link, Bytes frame) {
  Host* const host = by_link_.at(link);
  if (lanes_[link].cut || !host->is_powered()) return;
  carry(lanes_[link].to_host, [this, host, link, frame = std::move(frame)] {
    if (!lanes_[link].cut) host->hear(frame);
  });
}

void World::to_centre(const LinkKey& link, Bytes frame) {
  if (lanes_[link].cut) return;
  carry(lanes_[link].to_centre, [this, link, frame = std::move(frame)] {
    if (!lanes_[link].cut) centre.hear(link, frame);
  });
}

void World::cut(Host& host) {
  Lane& lane = lanes_[host.link()];
  if (lane.cut) return;
  lane.cut = true;
  timeline.tell(host.id().text() + " is cut off");
  timeline.after(kHeartbeat, [this, &host, cuts = ++lane.cuts] {
    const Lane& now = lanes_[host.link()];
    if (now.cut && now.cuts == cuts) host.connection(false);
  });
}

void World::mend(Host& host) {
  Lane& lane = lanes_[host.link()];
  if (!lane.cut) return;
  lane.cut = false;
  timeline.tell(host.id().text() + " is connected again");
  host.connection(true);
}

void World::kill_centre(Duration down) {
  if (!centre.is_up()) return;
  centre.crash("");
  timeline.after(down, [this] { centre.start(); });
}

// ---- operators

PlanHead World::plan(std::string name) const {
  PlanHead head;
  head.header.not_after = timeline.wall() + 24h;
  head.name = std::move(name);
  head.reason = "a test";
  head.targets = "role = web";
  head.steps = {{.task = PatchStep{}, .within = 60s}};
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
  checkers.plan_approved(plan->row.plan, *head, leaves);
  FakeSigner signer(operator_key_);
  centre.ask(ApprovePlan{*seal(context::kPlanHead, plan->row.head_payload, signer)});
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
  if (!centre.is_up()) return;
  timeline.tell(on ? "operator: STOP" : "operator: lift STOP");
  const auto& chain = centre.state().control;
  ControlStatement statement;
  statement.header.not_after = timeline.wall() + 24h;
  statement.signed_at = timeline.wall();
  statement.number = {chain.empty() ? 1 : chain.back().number.value + 1};
  if (!chain.empty()) statement.previous = chain.back().digest;
  if (on) {
    statement.act = StopFleet{"a test"};
  } else {
    statement.act = LiftStop{"a test"};
  }
  FakeSigner signer(operator_key_);
  centre.ask(AddControl{*seal(context::kControl, encode(statement), signer)});
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
  } else if (plan->row.approvals.empty()) {
    approve(head.name);
  } else {
    start(head.name);
  }
  timeline.after(pause, [this, head = std::move(head)] { pursue(head); });
}

}  // namespace mainstay::sim
