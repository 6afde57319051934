// Plans: being made, waiting for signatures, started.
#include <algorithm>
#include <set>

#include "common/plan/head_text.h"
#include "common/plan/step_text.h"
#include "common/select/fleet_facts.h"
#include "common/wire/encode.h"
#include "coordinator/core/planner/planner.h"
#include "coordinator/shell/json.h"
#include "coordinator/shell/plan_head.h"

namespace mainstay::coordinator {

namespace {

constexpr std::size_t kWarningsMax = 8;
constexpr std::size_t kShortNameDigits = 6;

struct Signatures {
  std::uint32_t have = 0;
  std::uint32_t need = 1;
  std::vector<std::string> by;
};

Signatures signatures_of(const ViewContext& context, const Plan& plan) {
  const Roster& roster = context.state.roster->roster;
  const Impact impact = impact_of(plan.row.head.steps);
  Signatures found;
  found.need = roster.signatures_needed.at(static_cast<std::size_t>(impact));
  std::uint32_t able = 0;
  for (const OperatorEntry& entry : roster.operators) {
    if (may_operate(entry.role) &&
        (entry.expires == WallTime{} || entry.expires > context.now.wall)) {
      able += 1;
    }
  }
  // With fewer people than signatures asked, all of them must sign.
  found.need = std::max(1U, std::min(found.need, able));
  std::set<PublicKey> keys;
  for (const Approval& approval : plan.row.approvals) {
    if (!keys.insert(approval.key).second) continue;
    found.have += 1;
    found.by.push_back(approval.name);
  }
  return found;
}

std::string_view phase_of(const ViewContext& context, const Plan& plan) {
  if (const Rollout* rollout = rollout_of_plan(context.state, plan.row.plan)) {
    const RolloutPhase phase = rollout->row.phase;
    return phase == RolloutPhase::Finished || phase == RolloutPhase::Aborted ? "ended" : "running";
  }
  if (plan.row.phase == PlanPhase::Freezing) return "resolving";
  if (plan.row.phase == PlanPhase::Started) return "running";
  const bool approved = approvals_missing(context.state, plan, context.now).empty();
  return approved ? "approved" : "frozen";
}

Json regions_json(const Plan& plan) {
  std::vector<std::pair<std::string, std::vector<std::uint32_t>>> regions;
  for (const LeafRow& row : plan.leaves) {
    auto found = std::ranges::find(regions, row.leaf.region, [](const auto& r) { return r.first; });
    if (found == regions.end()) {
      regions.push_back({row.leaf.region, {}});
      found = std::prev(regions.end());
    }
    if (found->second.size() <= row.leaf.wave) found->second.resize(row.leaf.wave + 1);
    found->second[row.leaf.wave] += 1;
  }
  Json json = Json::array();
  for (const auto& [name, waves] : regions) {
    std::uint32_t hosts = 0;
    for (const std::uint32_t wave : waves) hosts += wave;
    json.push_back({{"region", name}, {"hosts", hosts}, {"waves", waves}});
  }
  return json;
}

Json packages_json(const State& state, const Plan& plan) {
  std::map<std::pair<std::string, std::vector<PackageVersion>>, std::uint32_t> sets;
  for (const LeafRow& row : plan.leaves) {
    if (row.leaf.packages.empty()) continue;
    const Host* host = find_host(state, row.leaf.host);
    sets[{host == nullptr ? "" : host->sight.row.os, row.leaf.packages}] += 1;
  }
  Json json = Json::array();
  for (const auto& [key, hosts] : sets) {
    Json set = Json::array();
    for (const PackageVersion& package : key.second) {
      set.push_back({{"name", shown(package.name)}, {"version", shown(package.version)}});
    }
    json.push_back({{"hosts", hosts}, {"os", shown(key.first)}, {"set", std::move(set)}});
  }
  return json;
}

/// What a plan that disrupts leaves out, and most mean to have.
void add_omissions(const Plan& plan, Json& json) {
  const PlanHead& head = plan.row.head;
  if (impact_of(head.steps) < Impact::Disruptive) return;
  if (head.budgets.empty()) json.push_back("no budget: nothing bounds who is out at once");
  const bool has_waves =
      std::ranges::any_of(plan.leaves, [](const LeafRow& row) { return row.leaf.wave > 0; });
  if (!has_waves) json.push_back("no canary: each region is one wave");
}

Json warnings_json(const ViewContext& context, const Plan& plan) {
  Json json = Json::array();
  const std::string& targets = plan.row.head.targets;
  if (const auto selector = parse_selector(targets, kFleetFacts)) {
    for (auto& text : stray_warnings(context.state, targets, *selector)) json.push_back(text);
  }
  add_omissions(plan, json);
  for (const Budget& budget : plan.row.head.budgets) {
    std::map<std::string, GroupCount> groups;
    for (const auto& [id, host] : context.state.hosts) {
      const auto group = group_of(host.row.certificate.labels, budget.per);
      if (!group || !is_enrolled(host)) continue;
      groups[*group].members += 1;
      if (is_parked(host, context.now)) groups[*group].parked += 1;
    }
    std::set<std::string> concerned;
    for (const LeafRow& row : plan.leaves) {
      const Host* host = find_host(context.state, row.leaf.host);
      const auto group =
          host == nullptr ? std::nullopt : group_of(host->row.certificate.labels, budget.per);
      if (group) concerned.insert(*group);
    }
    std::erase_if(concerned, [&](const std::string& group) {
      return allowed_out(budget, groups[group]) < groups[group].members;
    });
    if (concerned.empty() || json.size() >= kWarningsMax) continue;
    const std::size_t more = concerned.size() - 1;
    json.push_back("budget " + text_of(budget) + " lets all of " + *concerned.begin() +
                   " go at once" + (more == 0 ? "" : ", and of " + std::to_string(more) + " more"));
  }
  return json;
}

Json out_json(const std::vector<Excluded>& excluded) {
  Json json = Json::array();
  for (const Excluded& entry : excluded) {
    json.push_back({{"host", entry.host.text()}, {"reason", shown(entry.reason)}});
  }
  return json;
}

Json head_json(const PlanHead& head) {
  Json budgets = Json::array();
  for (const Budget& budget : head.budgets) budgets.push_back(text_of(budget));
  Json steps = Json::array();
  for (const Step& step : head.steps) {
    steps.push_back({{"task", name_of(kind_of(step))}, {"text", shown(step_text(step))}});
  }
  return {{"name", shown(head.name)},
          {"change", shown(head.change)},
          {"reason", shown(head.reason)},
          {"targets", head.targets},
          {"impact", name_of(impact_of(head.steps))},
          {"steps", steps},
          {"budgets", budgets},
          {"not_after", instant_json(head.header.not_after)}};
}

bool has_canary(const Plan& plan) {
  return std::ranges::any_of(plan.leaves, [&](const LeafRow& row) {
    return is_canary(plan.row.head.advance, 0, row.leaf.wave);
  });
}

/// As the document had it. Signed is only the end, and hosts were asked meanwhile: some seconds are
/// gone when the plan is made, which counts in minutes where it can.
std::int64_t valid_seconds(const PlanRow& row) {
  const Duration left = row.head.header.not_after - row.drafted_at;
  const Duration unit = left < std::chrono::minutes(2) ? Duration(std::chrono::seconds(1))
                                                       : Duration(std::chrono::minutes(1));
  return seconds_of((left + unit / 2) / unit * unit);
}

Json plan_json(const ViewContext& context, const Plan& plan) {
  const PlanRow& row = plan.row;
  const std::uint32_t limit = failure_limit(row.head.advance, row.head.host_count);
  const Signatures signatures = signatures_of(context, plan);
  const Rollout* rollout = rollout_of_plan(context.state, row.plan);
  Json json = {{"plan", short_name(row.plan)},
               {"id", to_hex(row.plan.view())},
               {"phase", phase_of(context, plan)},
               {"error", ""}};
  json.update(head_json(row.head));
  json.update({{"matched", row.head.host_count + row.excluded_count},
               {"in", row.head.host_count},
               {"out", out_json(row.excluded)},
               {"out_count", row.excluded_count},
               {"regions", regions_json(plan)},
               {"packages", packages_json(context.state, plan)},
               {"failure_limit", limit},
               {"failure_limit_of", failure_limit_text(row.head.advance, row.head.host_count)},
               {"concurrency", row.head.order.concurrency},
               {"has_canary", has_canary(plan)},
               // Steps under way finish when the limit is passed.
               {"failures_max", std::min(row.head.host_count, limit + row.head.order.concurrency)},
               {"signatures",
                {{"have", signatures.have}, {"need", signatures.need}, {"by", signatures.by}}},
               {"warnings", warnings_json(context, plan)},
               {"drafted_at", instant_json(row.drafted_at)},
               {"valid_seconds", valid_seconds(row)},
               {"resolving", nullptr},
               {"rollout", nullptr}});
  if (rollout != nullptr) json["rollout"] = short_name(rollout->row.rollout);
  return json;
}

struct Resolving {
  const PlanHead& head;
  const std::vector<Excluded>& out;
  std::size_t out_count = 0;
  std::size_t asked = 0;
  std::size_t answered = 0;
};

Json resolving_json(const Nonce& nonce, const Resolving& plan) {
  Json json = {{"plan", ""}, {"id", to_hex(nonce.view())}, {"phase", "resolving"}, {"error", ""}};
  json.update(head_json(plan.head));
  json.update({{"matched", plan.asked + plan.out_count},
               {"in", plan.asked},
               {"out", out_json(plan.out)},
               {"resolving", {{"asked", plan.asked}, {"answered", plan.answered}}},
               {"rollout", nullptr}});
  return json;
}

Json draft_json(const Nonce& nonce, const Draft& draft) {
  return resolving_json(nonce,
                        {.head = draft.head,
                         .out = draft.excluded,
                         .out_count = draft.excluded.size(),
                         .asked = draft.hosts.size(),
                         .answered = draft.freezing ? draft.hosts.size() : draft.answers.size()});
}

/// All have answered, and its parts are being stored.
Json freezing_json(const Nonce& nonce, const Plan& plan) {
  return resolving_json(nonce, {.head = plan.row.head,
                                .out = plan.row.excluded,
                                .out_count = plan.row.excluded_count,
                                .asked = plan.row.head.host_count,
                                .answered = plan.row.head.host_count});
}

/// By the nonce of the request that asked for the plan. Nothing if it is no such nonce.
std::optional<Reply> by_draft(const ViewContext& context, const Nonce& nonce) {
  for (const auto& [id, plan] : context.state.plans) {
    if (plan.draft != nonce) continue;
    const bool is_stored = plan.row.phase != PlanPhase::Freezing;
    return reply_of(is_stored ? plan_json(context, plan) : freezing_json(nonce, plan));
  }
  if (const auto draft = context.state.drafts.find(nonce); draft != context.state.drafts.end()) {
    return reply_of(draft_json(nonce, draft->second));
  }
  const auto end = context.drafts.find(nonce);
  if (end == context.drafts.end()) return std::nullopt;
  if (end->second.verdict == Verdict::Done) {
    if (const Plan* plan = find_plan(context.state, end->second.text.substr(0, 8))) {
      return reply_of(plan_json(context, *plan));
    }
  }
  return reply_of({{"plan", ""},
                   {"id", to_hex(nonce.view())},
                   {"phase", "failed"},
                   {"error", end->second.text},
                   {"verdict", static_cast<int>(end->second.verdict)},
                   {"resolving", nullptr},
                   {"rollout", nullptr}});
}

bool is_named(const Plan& plan, const std::string& argument) {
  if (plan.row.head.name == argument) return true;
  const std::string id = to_hex(plan.row.plan.view());
  if (id == argument) return true;
  return argument.starts_with("P-") && argument.size() >= 2 + kShortNameDigits &&
         id.starts_with(argument.substr(2));
}

}  // namespace

const Plan* find_plan(const State& state, const std::string& argument) {
  const Plan* newest = nullptr;
  for (const auto& [id, plan] : state.plans) {
    if (!is_named(plan, argument)) continue;
    if (newest == nullptr || plan.row.drafted_at >= newest->row.drafted_at) newest = &plan;
  }
  return newest;
}

Reply plans_view(const ViewContext& context) {
  std::vector<const Plan*> plans;
  for (const auto& [id, plan] : context.state.plans) plans.push_back(&plan);
  std::ranges::sort(plans, std::greater(), [](const Plan* plan) { return plan->row.drafted_at; });
  Json list = Json::array();
  for (const Plan* plan : plans) {
    const Signatures signatures = signatures_of(context, *plan);
    list.push_back({{"plan", short_name(plan->row.plan)},
                    {"id", to_hex(plan->row.plan.view())},
                    {"name", shown(plan->row.head.name)},
                    {"phase", phase_of(context, *plan)},
                    {"hosts", plan->row.head.host_count},
                    {"signatures_have", signatures.have},
                    {"signatures_need", signatures.need}});
  }
  return reply_of({{"plans", list}});
}

Reply plan_view(const ViewContext& context, const std::string& argument) {
  if (const Plan* plan = find_plan(context.state, argument)) {
    return reply_of(plan_json(context, *plan));
  }
  const auto bytes = from_hex(argument);
  if (const auto nonce = bytes ? Nonce::from(*bytes) : std::nullopt) {
    if (auto found = by_draft(context, *nonce)) return std::move(*found);
  }
  return no_such("no such plan: " + shown(argument) + "; see `mainstay plan list`");
}

Reply bundle_view(const ViewContext& context, const std::string& argument) {
  const Plan* plan = find_plan(context.state, argument);
  if (plan == nullptr || plan->row.phase == PlanPhase::Freezing) {
    return no_such("no such plan: " + shown(argument) + "; see `mainstay plan list`");
  }
  auto head = head_with_signatures(plan->row);
  if (!head) return {.verdict = Verdict::Halted, .text = head.error().detail};
  PlanBundle bundle{.head = std::move(*head), .leaves = {}};
  for (const LeafRow& leaf : plan->leaves) bundle.leaves.push_back(leaf.bytes);
  return {.verdict = Verdict::Done, .text = "", .data = encode(bundle)};
}

}  // namespace mainstay::coordinator
