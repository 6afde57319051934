// The fleet on one screen, and lists of hosts.
#include "common/select/fleet_facts.h"
#include "coordinator/core/planner/planner.h"
#include "coordinator/shell/json.h"

namespace mainstay::coordinator {

std::string_view state_of(const ViewContext& context, const Host& host) {
  if (is_duplicate(host, context.limits, context.now)) return "duplicate";
  if (is_parked(host, context.now)) return "parked";
  switch (liveness_of(host, context.limits, context.now)) {
    case Liveness::Live:
      return "live";
    case Liveness::Silent:
      return "silent";
    case Liveness::NeverSeen:
      return "never-seen";
  }
  return "silent";
}

namespace {

Json patch_json(const SightRow& sight) {
  const auto value = [&](Fact fact) { return sight.facts[static_cast<std::size_t>(fact)]; };
  if (!value(Fact::PatchSecurity) && !value(Fact::PatchTotal)) return nullptr;
  return {{"security", value(Fact::PatchSecurity).value_or(0)},
          {"total", value(Fact::PatchTotal).value_or(0)},
          {"held", value(Fact::PatchHeld).value_or(0)},
          {"broken", value(Fact::PatchBroken).value_or(0)}};
}

Json counts_json(const ViewContext& context) {
  std::map<std::string_view, std::uint32_t> counts;
  std::uint32_t total = 0;
  for (const auto& [id, host] : context.state.hosts) {
    if (!is_enrolled(host)) continue;
    total += 1;
    counts[state_of(context, host)] += 1;
  }
  return {{"total", total},
          {"live", counts["live"]},
          {"silent", counts["silent"]},
          {"parked", counts["parked"]},
          {"never_seen", counts["never-seen"]},
          {"duplicate", counts["duplicate"]}};
}

Json stop_json(const State& state) {
  if (!state.stopped) return nullptr;
  for (auto at = state.control.rbegin(); at != state.control.rend(); ++at) {
    if (const auto* stop = std::get_if<StopFleet>(&at->act)) {
      return {{"reason", shown(stop->reason)}, {"by", at->by}};
    }
  }
  return {{"reason", ""}, {"by", ""}};
}

Json unconfirmed_json(const State& state) {
  Json hosts = Json::array();
  if (state.control.empty()) return hosts;
  for (const auto& [id, host] : state.hosts) {
    if (is_enrolled(host) && host.sight.control_seen < state.control.back().number) {
      hosts.push_back(id.text());
    }
  }
  return hosts;
}

}  // namespace

Result<std::optional<Selector>> selector_of(const std::string& text) {
  if (text.empty()) return std::optional<Selector>();
  auto parsed = parse_selector(text, kFleetFacts);
  if (!parsed) return fail(parsed.error().fault, "selector: " + parsed.error().detail);
  return std::optional(std::move(*parsed));
}

Json facts_json(const ViewContext& context, const SightRow& sight) {
  Json facts = Json::object();
  for (std::size_t i = 0; i < kFactCount; ++i) {
    const auto fact = static_cast<Fact>(i);
    const auto value = fact_now(sight, fact, context.now.wall);
    if (value) facts[std::string(name_of(fact))] = *value;
  }
  return facts;
}

Json host_json(const ViewContext& context, const Host& host) {
  Json labels = Json::object();
  for (const auto& [name, value] : host.row.certificate.labels) labels[name] = value;
  const SightRow& sight = host.sight.row;
  Json seen = nullptr;
  if (sight.seen_at != WallTime{}) seen = age_seconds(context, sight.seen_at);
  if (host.sight.report_at) seen = seconds_of(context.now.mono - *host.sight.report_at);
  return {{"host", host.row.host.text()},
          {"state", state_of(context, host)},
          {"seen_at", instant_json(sight.seen_at)},
          {"seen_seconds", seen},
          {"labels", labels},
          {"os", shown(sight.os)},
          {"architecture", shown(sight.architecture)},
          {"agent_version", shown(sight.agent_version)},
          {"patch", patch_json(sight)},
          {"slot", context.state.slots.contains(host.row.host)}};
}

Reply fleet_view(const ViewContext& context) {
  Needs needs = needs_json(context);
  Json running = Json::array();
  for (const auto& [id, rollout] : context.state.rollouts) {
    const RolloutPhase phase = rollout.row.phase;
    const bool is_over = phase == RolloutPhase::Finished || phase == RolloutPhase::Aborted;
    if (is_over && totals_of(rollout).working == 0) continue;
    running.push_back(rollout_summary(context, rollout));
  }
  return reply_of(
      {{"fleet", context.fleet},
       {"at", instant_json(context.now.wall)},
       {"coordinator",
        {{"up_since", instant_json(context.now.wall - (context.now.mono - context.started_at))},
         {"up_seconds", seconds_of(context.now.mono - context.started_at)},
         {"term", context.state.reign.term.value}}},
       {"gates", {{"connected", context.gates_connected}, {"known", context.gates_known}}},
       {"stop", stop_json(context.state)},
       {"hosts", counts_json(context)},
       {"needs", std::move(needs.open)},
       {"snoozed", std::move(needs.snoozed)},
       {"running", running},
       {"proved", proved_json(context)},
       {"control_unconfirmed", unconfirmed_json(context.state)}});
}

Reply hosts_view(const ViewContext& context, const std::string& argument) {
  // Facts make the list three times as long: only who shows some asks for them.
  const bool with_facts = argument.starts_with(kWithFacts);
  const std::string text = with_facts ? argument.substr(kWithFacts.size()) : argument;
  const auto parsed = selector_of(text);
  if (!parsed) return no_such(parsed.error().detail);
  const std::optional<Selector>& selector = *parsed;
  Json hosts = Json::array();
  Json undecided = Json::array();
  std::size_t total = 0;
  for (const auto& [id, host] : context.state.hosts) {
    if (!is_enrolled(host)) continue;
    total += 1;
    const HostSubject subject(host, context.limits, context.now);
    const Truth truth = selector ? selector->evaluate(subject) : Truth::True;
    if (truth == Truth::True) {
      hosts.push_back(host_json(context, host));
      if (with_facts) hosts.back()["facts"] = facts_json(context, host.sight.row);
    }
    if (truth != Truth::Undecided) continue;
    std::string because;
    for (const Doubt& doubt : selector->undecided_because(subject)) {
      because += (because.empty() ? "" : ", ") + doubt.name +
                 (doubt.presence == Presence::Stale ? " is stale" : " is not known");
    }
    undecided.push_back({{"host", id.text()}, {"because", because}});
  }
  const std::size_t matched = hosts.size();
  std::vector<std::string> warnings;
  if (selector) {
    const std::string stray = matched == 0 ? stray_word(context.state, text, *selector) : "";
    if (stray.empty()) {
      warnings = stray_warnings(context.state, text, *selector);
    } else {
      warnings = {stray};
    }
  }
  return reply_of({{"hosts", std::move(hosts)},
                   {"warnings", warnings},
                   {"matched", matched},
                   {"total", total},
                   {"undecided", std::move(undecided)}});
}

}  // namespace mainstay::coordinator
