// Rollouts: how far, what works, what waits and for what.
#include <algorithm>
#include <set>

#include "common/core/span_text.h"
#include "common/plan/head_text.h"
#include "coordinator/shell/json.h"

namespace mainstay::coordinator {

namespace {

bool is_open(const RegionState& region) {
  return region.phase == RegionPhase::Open || region.phase == RegionPhase::Baking;
}

std::uint32_t finished_of(const Totals& totals) {
  return totals.sum() - totals.waiting - totals.working;
}

std::string_view phase_of_rollout(const ViewContext& context, const Rollout& rollout) {
  switch (rollout.row.phase) {
    case RolloutPhase::Running:
      return stuck_at(context, rollout) ? "attention" : "running";
    case RolloutPhase::Paused:
      return "paused";
    case RolloutPhase::Halted:
      return "halted";
    case RolloutPhase::Finished:
      return "finished";
    case RolloutPhase::Aborted:
      return "aborted";
  }
  return "running";
}

Json totals_json(const Totals& totals) {
  return {{"hosts", totals.sum()},
          {"succeeded", totals.of(OutcomeKind::Succeeded)},
          {"failed", totals.of(OutcomeKind::Failed)},
          {"refused", totals.of(OutcomeKind::Refused)},
          {"expired", totals.of(OutcomeKind::Expired)},
          {"unreachable", totals.of(OutcomeKind::Unreachable)},
          {"unknown", totals.of(OutcomeKind::Unknown)},
          {"not_started", totals.of(OutcomeKind::NotStarted)},
          {"working", totals.working},
          {"waiting", totals.waiting}};
}

/// Names in their order; read-only rollouts know no regions, their leaves do.
std::vector<std::string> regions_of(const State& state, const Rollout& rollout) {
  std::vector<std::string> names;
  for (const RegionState& region : rollout.row.regions) names.push_back(region.name);
  if (!names.empty()) return names;
  const std::set<std::string> found = [&] {
    std::set<std::string> set;
    for (const auto& [id, target] : rollout.targets) {
      set.insert(leaf_of(state, rollout, target).region);
    }
    return set;
  }();
  return {found.begin(), found.end()};
}

Json region_json(const State& state, const Rollout& rollout, const std::string& name) {
  std::uint32_t waves = 1;
  for (const auto& [id, target] : rollout.targets) {
    const Leaf& leaf = leaf_of(state, rollout, target);
    if (leaf.region == name) waves = std::max(waves, leaf.wave + 1);
  }
  const auto region = std::ranges::find(rollout.row.regions, name, &RegionState::name);
  const Totals totals = totals_of(state, rollout, name, std::nullopt);
  std::string_view phase = finished_of(totals) == totals.sum() ? "done" : "open";
  std::uint32_t wave = waves;
  if (region != rollout.row.regions.end()) {
    phase = is_open(*region) ? "open" : region->phase == RegionPhase::Done ? "done" : "waiting";
    wave = region->phase == RegionPhase::Closed ? 0 : region->wave + 1;
  }
  Json json = {{"region", name},
               {"hosts", totals.sum()},
               {"phase", phase},
               {"wave", std::min(wave, waves)},
               {"waves", waves}};
  Json counts = totals_json(totals);
  counts.erase("hosts");
  json.update(counts);
  return json;
}

std::string advance_text(const ViewContext& context, const Rollout& rollout) {
  const PlanHead& head = head_of(context.state, rollout);
  std::string text;
  for (const RegionState& region : rollout.row.regions) {
    if (region.phase != RegionPhase::Baking) continue;
    const Duration left = region.since + head.advance.bake - context.now.wall;
    text += region.name + ": after wave " + std::to_string(region.wave + 1) + " " +
            (left > Duration(0) ? "bakes " + span_text(left) + " more" : "looks at health") + "; ";
  }
  const std::uint32_t at_once = concurrency_of(head, rollout.row);
  const std::uint32_t agreed = concurrency_signed(head);
  if (at_once < agreed) {
    text += std::to_string(at_once) + " at once of " + std::to_string(agreed) + " signed; ";
  }
  return text + "failures " + std::to_string(totals_of(rollout).failures()) + " of " +
         std::to_string(failure_limit(head.advance, head.host_count)) + " allowed";
}

std::string_view working_phase(const ViewContext& context, const Rollout& rollout,
                               const Target& target) {
  if (target.row.phase == TargetPhase::Verifying) return "verifying";
  if (target.row.phase == TargetPhase::Waiting) return "between steps";
  const Host* host = find_host(context.state, target.row.host);
  const AttemptId attempt = attempt_of(rollout, target);
  AttemptPhase phase = AttemptPhase::Received;
  if (host != nullptr) {
    for (const AttemptState& open : host->sight.open) {
      if (open.attempt == attempt) phase = std::max(phase, open.phase);
    }
  }
  if (phase == AttemptPhase::Received) return "dispatched";
  if (phase == AttemptPhase::Intended) return "starting";
  if (phase >= AttemptPhase::Finished) return "reporting";
  switch (kind_of(head_of(context.state, rollout).steps.at(target.row.step))) {
    case TaskKind::Patch:
      return "patching";
    case TaskKind::Check:
      return "checking";
    case TaskKind::Run:
      return "running";
    case TaskKind::RestartService:
      return "restarting";
    case TaskKind::Reboot:
      return "rebooting";
  }
  return "working";
}

struct Cause {
  std::uint32_t hosts = 0;
  std::string first;
};

/// The group of this plan with the fewest hosts left that may go out; nothing without a budget.
std::string tightest_budget(const Ledger& ledger, const RolloutId& rollout) {
  const LedgerLine* found = nullptr;
  std::int64_t least = 0;
  for (const LedgerLine& line : ledger.lines()) {
    if (line.rollout != rollout) continue;
    const std::int64_t left = std::int64_t{allowed_out(line.budget, line.count)} -
                              std::int64_t{counted_out(line.budget, line.count)};
    if (found != nullptr && left >= least) continue;
    found = &line;
    least = left;
  }
  if (found == nullptr) return "";
  return "tightest now: " + group_name(found->group) + ", " +
         std::to_string(counted_out(found->budget, found->count)) + " of " +
         std::to_string(allowed_out(found->budget, found->count)) + " out (" +
         text_of(found->budget) + ")";
}

Json waiting_json(const ViewContext& context, const Outlook& outlook, const Rollout& rollout) {
  std::map<std::string, Cause> causes;
  for (const auto& [id, target] : rollout.targets) {
    OutcomeKind kind = OutcomeKind::NotStarted;
    if (show_of(rollout, target, kind) != TargetShow::Waiting) continue;
    const auto hold = hold_of(outlook, rollout, target);
    Cause& cause = causes[hold ? cause_of(context, *hold) : "its grant, any moment"];
    if (cause.hosts == 0) cause.first = id.text();
    cause.hosts += 1;
  }
  Json list = Json::array();
  for (const auto& [text, cause] : causes) {
    list.push_back({{"for", shown(text)},
                    {"hosts", cause.hosts},
                    {"first", cause.first},
                    {"next", "mainstay explain " + cause.first}});
  }
  return list;
}

Json target_json(const ViewContext& context, const Rollout& rollout, const Target& target) {
  const PlanHead& head = head_of(context.state, rollout);
  const Leaf& leaf = leaf_of(context.state, rollout, target);
  OutcomeKind kind = OutcomeKind::NotStarted;
  const TargetShow show = show_of(rollout, target, kind);
  Json attempts = Json::array();
  for (const AttemptEntry& entry : target.row.history) {
    attempts.push_back(attempt_json(head, entry));
  }
  return {{"host", target.row.host.text()},
          {"region", leaf.region},
          {"zone", leaf.zone},
          {"wave", leaf.wave + 1},
          {"state", show == TargetShow::Waiting   ? std::string_view("waiting")
                    : show == TargetShow::Working ? std::string_view("working")
                                                  : name_of(kind)},
          {"reason", shown(target.row.reason)},
          {"attempts", std::move(attempts)}};
}

std::string who_has_it(const ViewContext& context, const Hold& hold) {
  if (hold.blocking.empty()) return "";
  return ": " + hold.blocking.text() + " " + why_out(context, hold.blocking);
}

/// "the host is silent", of several.
std::string their_host(const std::string& text) {
  constexpr std::string_view kOne = "the host ";
  return text.starts_with(kOne) ? "their host, which " + text.substr(kOne.size()) : text;
}

/// When its newest signature came.
WallTime approved_at(const PlanRow& plan) {
  WallTime last{};
  for (const Approval& approval : plan.approvals) last = std::max(last, approval.at);
  return last;
}

}  // namespace

std::string cause_of(const ViewContext& context, const Hold& hold) {
  switch (hold.bind) {
    case Bind::Region:
    case Bind::Wave:
      return "their wave or region";
    case Bind::SlowStart:
    case Bind::Concurrency:
      return "their turn: as many as allowed are worked on";
    case Bind::Budget:
      return "a slot in " + group_name(hold.group) + who_has_it(context, hold);
    case Bind::Paused:
      return "somebody to resume it";
    case Bind::Signatures:
      return "signatures: " + hold.text;
    case Bind::Stopped:
      return "an admin to lift STOP";
    case Bind::Listening:
      return "the coordinator, which has just started and listens first";
    case Bind::Host:
      return their_host(hold.text);
    case Bind::Validity:
    case Bind::Slot:
    case Bind::StartRate:
    case Bind::Over:
      return hold.text;
  }
  return hold.text;
}

const Rollout* find_rollout(const State& state, const std::string& argument) {
  for (auto at = state.rollouts.rbegin(); at != state.rollouts.rend(); ++at) {
    if (short_name(at->first) == argument) return &at->second;
  }
  for (auto at = state.rollouts.rbegin(); at != state.rollouts.rend(); ++at) {
    if (head_of(state, at->second).name == argument) return &at->second;
  }
  return nullptr;
}

const Rollout* rollout_of_plan(const State& state, const PlanId& plan) {
  for (const auto& [id, rollout] : state.rollouts) {
    if (rollout.row.plan == plan) return &rollout;
  }
  return nullptr;
}

Json rollout_summary(const ViewContext& context, const Rollout& rollout) {
  const PlanHead& head = head_of(context.state, rollout);
  const Totals totals = totals_of(rollout);
  Json regions = Json::array();
  for (const RegionState& region : rollout.row.regions) {
    if (is_open(region)) regions.push_back(region.name);
  }
  return {{"rollout", short_name(rollout.row.rollout)},
          {"plan", short_name(rollout.row.plan)},
          {"name", shown(head.name)},
          {"change", shown(head.change)},
          {"phase", phase_of_rollout(context, rollout)},
          {"reason", shown(rollout.row.reason)},
          {"regions_now", regions},
          {"finished", finished_of(totals)},
          {"hosts", totals.sum()},
          {"failures", totals.failures()},
          {"failure_limit", failure_limit(head.advance, head.host_count)},
          {"since", instant_json(rollout.row.started_at)},
          {"since_seconds", age_seconds(context, rollout.row.started_at)}};
}

Reply rollouts_view(const ViewContext& context) {
  Json list = Json::array();
  for (const auto& [id, rollout] : context.state.rollouts) {
    list.push_back(rollout_summary(context, rollout));
  }
  return reply_of({{"rollouts", list}});
}

Reply rollout_view(const ViewContext& context, const std::string& argument) {
  const Rollout* rollout = find_rollout(context.state, argument);
  if (rollout == nullptr)
    return no_such("no such rollout: " + shown(argument) + "; see `mainstay status`");
  Json json = rollout_summary(context, *rollout);
  const PlanHead& head = head_of(context.state, *rollout);
  json["concurrency"] = concurrency_of(head, rollout->row);
  json["concurrency_signed"] = concurrency_signed(head);
  json["approved_by"] = Json::array();
  json["approved_at"] = nullptr;
  const auto plan = context.state.plans.find(rollout->row.plan);
  if (plan != context.state.plans.end()) {
    for (const Approval& approval : plan->second.row.approvals) {
      json["approved_by"].push_back(approval.name);
    }
    json["approved_at"] = instant_json(approved_at(plan->second.row));
  }
  json["regions"] = Json::array();
  for (const std::string& name : regions_of(context.state, *rollout)) {
    json["regions"].push_back(region_json(context.state, *rollout, name));
  }
  json["totals"] = totals_json(totals_of(*rollout));
  json["advance"] = advance_text(context, *rollout);
  Json working = Json::array();
  Json targets = Json::array();
  for (const auto& [id, target] : rollout->targets) {
    targets.push_back(target_json(context, *rollout, target));
    OutcomeKind kind = OutcomeKind::NotStarted;
    if (show_of(*rollout, target, kind) != TargetShow::Working) continue;
    working.push_back({{"host", id.text()},
                       {"phase", working_phase(context, *rollout, target)},
                       {"since", instant_json(target.row.phase_since)},
                       {"since_seconds", age_seconds(context, target.row.phase_since)}});
  }
  json["working"] = std::move(working);
  json["budget"] = "";
  json["waiting"] = Json::array();
  if (is_active(*rollout)) {
    const Outlook outlook(context.state, context.limits, context.now);
    json["budget"] = tightest_budget(outlook.ledger, rollout->row.rollout);
    json["waiting"] = waiting_json(context, outlook, *rollout);
  }
  json["targets"] = std::move(targets);
  return reply_of(json);
}

}  // namespace mainstay::coordinator
