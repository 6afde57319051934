// What one pass of the coordinator's core takes in memory: the ledger that is counted anew, and a
// whole step that stirs the rollouts, for large inventories. Prints a list of JSON.
#include <chrono>
#include <cstdio>

#include "common/core/digest.h"
#include "coordinator/core/ledger/ledger.h"
#include "coordinator/core/step.h"

namespace {

using namespace mainstay;
using namespace mainstay::coordinator;

constexpr std::size_t kHostsOfCluster = 10;
constexpr std::size_t kTargetsMax = 10'000;
constexpr Now kStart{.mono = instant_from_ms(10'000'000), .wall = wall_from_ms(1'795'000'000'000)};
constexpr WallTime kForever = wall_from_ms(4'000'000'000'000);

template <class Id>
Id id_of(const std::string& text) {
  return *Id::from(sha256(as_bytes(text)).view());
}

void add_host(State& state, std::size_t number) {
  const HostId id = *HostId::parse("h" + std::to_string(1'000'000 + number));
  Host& host = state.hosts[id];
  host.row.host = id;
  host.row.link_key = id_of<LinkKey>(id.text());
  host.row.certificate.labels = {{"region", "eu"},
                                 {"role", "web"},
                                 {"cluster", "c" + std::to_string(number / kHostsOfCluster)}};
  host.sight.row.host = id;
  host.sight.row.seen_at = kStart.wall;
  host.sight.report_at = kStart.mono;
  state.links[host.row.link_key] = id;
}

void add_roster(State& state) {
  RosterRow row;
  row.roster.number = {1};
  row.roster.operators.push_back({.name = "ana",
                                  .key = id_of<PublicKey>("ana"),
                                  .link = {},
                                  .role = Role::Admin,
                                  .scope = {},
                                  .expires = kForever});
  state.roster = std::move(row);
}

/// One wave, open, of the first hosts; one in each cluster may be out, and a fifth of the fleet.
void add_rollout(State& state, TaskKind kind) {
  Plan plan;
  plan.row.plan = id_of<PlanId>("plan");
  plan.row.phase = PlanPhase::Started;
  PlanHead& head = plan.row.head;
  head.header.not_after = kForever;
  head.steps = {kind == TaskKind::Patch ? Step{.task = PatchStep{}}
                                        : Step{.task = CheckStep{{"/bin/true"}}}};
  head.order.concurrency = static_cast<std::uint32_t>(kTargetsMax);
  head.budgets = {{.per = {"cluster"}},
                  {.per = {"fleet"}, .kind = Budget::Kind::UnavailablePercent, .amount = 20}};
  plan.row.approvals.push_back(
      {.key = id_of<PublicKey>("ana"), .name = "ana", .at = kStart.wall, .document = {}});
  Rollout rollout;
  rollout.row.rollout = {1};
  rollout.row.plan = plan.row.plan;
  rollout.row.regions = {
      {.name = "eu", .phase = RegionPhase::Open, .wave = 0, .since = kStart.wall}};
  for (const auto& [id, host] : state.hosts) {
    if (plan.leaves.size() == kTargetsMax) break;
    LeafRow leaf;
    leaf.plan = plan.row.plan;
    leaf.index = static_cast<std::uint32_t>(plan.leaves.size());
    leaf.leaf.host = id;
    leaf.leaf.region = "eu";
    Target& target = rollout.targets[id];
    target.row.rollout = {1};
    target.row.host = id;
    target.row.leaf = leaf.index;
    plan.leaves.push_back(std::move(leaf));
  }
  head.host_count = static_cast<std::uint32_t>(plan.leaves.size());
  plan.leaves_stored = plan.leaves.size();
  state.plans[plan.row.plan] = std::move(plan);
  state.rollouts[{1}] = std::move(rollout);
}

/// The median of some rounds, in milliseconds.
template <class Work>
double median_ms(Work work) {
  std::vector<double> took;
  for (int i = 0; i < 5; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    took.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
  }
  std::ranges::sort(took);
  return took[took.size() / 2];
}

void print(std::size_t hosts, std::size_t targets, const char* what, double ms) {
  static bool first = true;
  (void)std::printf("%s{\"hosts\":%zu,\"targets\":%zu,\"what\":\"%s\",\"ms\":%.3f}\n",
                    first ? "[" : ",", hosts, targets, what, ms);
  first = false;
}

double ticks_of(State& state, const Limits& limits) {
  Rng rng(1);
  return median_ms([&] { static_cast<void>(step(state, Ticked{}, limits, kStart, rng)); });
}

void measure(std::size_t hosts) {
  Limits limits;
  State state;
  add_roster(state);
  for (std::size_t i = 0; i < hosts; ++i) add_host(state, i);
  state.listen_until = kStart.mono;
  state.beacon_at = kStart.mono;
  state.admitted_at = kStart.mono;
  print(hosts, 0, "a second with nothing running", ticks_of(state, limits));
  add_rollout(state, TaskKind::Patch);
  const std::size_t targets = state.rollouts[{1}].targets.size();
  // As many starts as a minute allows: from here on every pass looks at all that wait.
  for (std::uint32_t i = 0; i < limits.starts_per_minute; ++i) state.starts.push_back(kStart.mono);
  print(hosts, targets, "ledger counted anew",
        median_ms([&] { const Ledger ledger(state, limits, kStart); }));
  print(hosts, targets, "a step that stirs a disruptive rollout", ticks_of(state, limits));
  print(hosts, targets, "check of all invariants", median_ms([&] { check_invariants(state); }));
}

}  // namespace

int main() {
  for (const std::size_t hosts : {std::size_t{1'000}, std::size_t{10'000}, std::size_t{100'000}})
    measure(hosts);
  (void)std::puts("]");
  return 0;
}
