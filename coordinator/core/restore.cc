// The state from its rows, whatever their order.
#include <algorithm>

#include "common/core/digest.h"
#include "coordinator/core/audit/chain.h"
#include "coordinator/core/rollout/rollout.h"
#include "coordinator/core/state.h"

namespace mainstay::coordinator {

namespace {

struct Loose {
  std::vector<SightRow> sights;
  std::vector<FindingsRow> findings;
  std::vector<Digest> packages;
  std::vector<LeafRow> leaves;
  std::vector<RolloutRow> rollouts;
  std::vector<TargetRow> targets;
  std::vector<AuditRow> audit;
};

struct TakeUp {
  State& state;
  Loose& loose;
  void operator()(ReignRow&& row) const { state.reign = row; }
  void operator()(HostRow&& row) const {
    const HostId id = row.host;
    Host& host = state.hosts[id];
    host.sight.row.host = id;
    host.row = std::move(row);
  }
  void operator()(SightRow&& row) const { loose.sights.push_back(std::move(row)); }
  void operator()(TokenRow&& row) const {
    const Digest digest = row.secret_digest;
    if (!row.used) state.tokens_open[row.token.host] = digest;
    state.tokens[digest] = std::move(row);
  }
  void operator()(RosterRow&& row) const { state.roster = std::move(row); }
  void operator()(ControlRow&& row) const { state.control.push_back(std::move(row)); }
  void operator()(ControlPendingRow&& row) const { state.control_pending = std::move(row); }
  void operator()(PlanRow&& row) const {
    const PlanId id = row.plan;
    state.plans[id].row = std::move(row);
  }
  void operator()(LeafRow&& row) const { loose.leaves.push_back(std::move(row)); }
  void operator()(RolloutRow&& row) const { loose.rollouts.push_back(std::move(row)); }
  void operator()(TargetRow&& row) const { loose.targets.push_back(std::move(row)); }
  void operator()(SlotRow&& row) const {
    const HostId host = row.host;
    state.slots[host] = std::move(row);
  }
  void operator()(RecordRow&& row) const { state.records[row.attempt] = row.digest; }
  void operator()(RequestRow&& row) const {
    const Nonce nonce = row.nonce;
    state.requests[nonce] = std::move(row);
  }
  void operator()(FindingsRow&& row) const { loose.findings.push_back(std::move(row)); }
  void operator()(PackagesRow&& row) const { loose.packages.push_back(row.digest); }
  void operator()(FeedRow&& row) const {
    const std::string name = row.name;
    state.feeds[name] = std::move(row);
  }
  void operator()(ExposureRow&& row) const {
    const ExposureId id(row.vulnerability, row.release);
    state.exposures[id] = std::move(row);
  }
  void operator()(SnoozeRow&& row) const {
    state.snoozes[sha256(as_bytes(row.need.cause))] = std::move(row);
  }
  void operator()(AuditRow&& row) const { loose.audit.push_back(std::move(row)); }
};

void take_up_rollouts(State& state, Loose& loose) {
  for (auto& row : loose.rollouts) {
    const auto plan = state.plans.find(row.plan);
    if (plan == state.plans.end()) continue;
    const RolloutId id = row.rollout;
    const std::vector<RegionState> regions = row.regions;
    Rollout rollout = make_rollout(plan->second, std::move(row));
    if (!regions.empty()) rollout.row.regions = regions;
    state.rollouts[id] = std::move(rollout);
  }
  for (auto& row : loose.targets) {
    const auto rollout = state.rollouts.find(row.rollout);
    if (rollout == state.rollouts.end()) continue;
    const auto target = rollout->second.targets.find(row.host);
    if (target != rollout->second.targets.end()) target->second.row = std::move(row);
  }
  for (auto& [id, rollout] : state.rollouts) recount(rollout);
}

}  // namespace

State restore(std::vector<CoordinatorRow> rows) {
  State state;
  Loose loose;
  for (auto& row : rows) std::visit(TakeUp{.state = state, .loose = loose}, std::move(row));
  for (auto& row : loose.sights) {
    const auto host = state.hosts.find(row.host);
    if (host != state.hosts.end()) host->second.sight.row = std::move(row);
  }
  for (const FindingsRow& row : loose.findings) {
    const auto host = state.hosts.find(row.host);
    if (host == state.hosts.end()) continue;
    note_troubles(host->second.sight, row, Limits{}.troubles_max, row.at);
    note_dates(host->second.sight, row);
  }
  // One that no host has any more is known all the same, until it is forgotten.
  for (const Digest& digest : loose.packages) state.packages[digest].stored = true;
  for (const auto& [id, host] : state.hosts) {
    const Digest& packages = host.sight.row.packages;
    if (!packages.is_zero()) state.packages[packages].hosts += 1;
    if (!host.row.removed && !host.row.revoked) state.links[host.row.link_key] = id;
  }
  std::ranges::sort(state.control, {}, &ControlRow::number);
  for (const auto& row : state.control) {
    if (std::holds_alternative<StopFleet>(row.act)) state.stopped = true;
    if (std::holds_alternative<LiftStop>(row.act)) state.stopped = false;
  }
  std::ranges::sort(loose.leaves, {}, &LeafRow::index);
  for (auto& row : loose.leaves) {
    const auto plan = state.plans.find(row.plan);
    // Leaves of a plan that was never frozen whole have no plan.
    if (plan != state.plans.end()) plan->second.leaves.push_back(std::move(row));
  }
  for (auto& [id, plan] : state.plans) plan.leaves_stored = plan.leaves.size();
  take_up_rollouts(state, loose);
  std::ranges::sort(loose.audit, {}, &AuditRow::number);
  for (auto& row : loose.audit) take_up(state.audit, std::move(row), Limits{});
  return state;
}

}  // namespace mainstay::coordinator
