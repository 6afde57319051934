// One host, with everything known of it.
#include "coordinator/core/ledger/ledger.h"
#include "coordinator/shell/open_json.h"

namespace mainstay::coordinator {

Json attempt_json(const PlanHead& head, const AttemptEntry& entry) {
  const bool known = entry.step < head.steps.size();
  return {{"number", entry.number},
          {"step", entry.step},
          {"task", known ? name_of(kind_of(head.steps[entry.step])) : "unknown"},
          {"outcome", name_of(entry.kind)},
          {"reason", shown(entry.reason)},
          {"started_at", instant_json(entry.started_at)},
          {"finished_at", instant_json(entry.finished_at)}};
}

namespace {

Json slot_json(const ViewContext& context, const Host& host) {
  const auto found = context.state.slots.find(host.row.host);
  if (found == context.state.slots.end()) return nullptr;
  Json groups = Json::array();
  const auto rollout = context.state.rollouts.find(found->second.rollout);
  if (rollout != context.state.rollouts.end()) {
    for (const Budget& budget : head_of(context.state, rollout->second).budgets) {
      const auto group = group_of(host.row.certificate.labels, budget.per);
      if (group) groups.push_back(group_name(*group));
    }
  }
  return {{"rollout", short_name(found->second.rollout)},
          {"groups", groups},
          {"since", instant_json(found->second.since)},
          {"since_seconds", age_seconds(context, found->second.since)},
          {"reason", shown(found->second.reason)}};
}

Json history_json(const State& state, const HostId& host) {
  Json list = Json::array();
  for (auto at = state.rollouts.rbegin(); at != state.rollouts.rend(); ++at) {
    const auto target = at->second.targets.find(host);
    if (target == at->second.targets.end()) continue;
    const PlanHead& head = head_of(state, at->second);
    const auto& history = target->second.row.history;
    for (auto entry = history.rbegin(); entry != history.rend(); ++entry) {
      const AttemptId id{
          .plan = at->second.row.plan, .step = entry->step, .host = host, .number = entry->number};
      Json json = {{"attempt", short_name(id)}, {"rollout", short_name(at->first)}};
      json.update(attempt_json(head, *entry));
      list.push_back(std::move(json));
    }
  }
  return list;
}

}  // namespace

Reply host_view(const ViewContext& context, const std::string& id) {
  const auto parsed = HostId::parse(id);
  const Host* host = parsed ? find_host(context.state, *parsed) : nullptr;
  if (host == nullptr) return no_such("no such host: " + shown(id) + "; see `mainstay host list`");
  Json json = host_json(context, *host);
  json["facts"] = facts_json(context, host->sight.row);
  Mends mends;
  const HostOpen open = open_of(context, *host);
  json["vulnerabilities"] = open_json(context, *host, open, mends);
  json["findings"] = findings_json(context, *host, open);
  json["health"] = {{"broken_packages", host->sight.row.health.broken_packages},
                    {"failed_units", host->sight.row.health.failed_units}};
  json["up_seconds"] = nullptr;
  if (const auto up = fact_now(host->sight.row, Fact::UptimeSeconds, context.now.wall)) {
    json["up_seconds"] = *up;
  }
  // Gates have no names of their own.
  json["gate"] = nullptr;
  if (!host->sight.gate.is_zero()) json["gate"] = to_hex(host->sight.gate.view());
  json["boot"] = to_hex(host->sight.boot.view()).substr(0, 12);
  json["enrolled_at"] = instant_json(host->row.enrolled_at);
  json["enrolled_by"] = shown(host->row.enrolled_by);
  json["serial"] = host->row.certificate.serial;
  json["removed"] = host->row.removed || host->row.revoked;
  json["parked"] = nullptr;
  if (is_parked(*host, context.now)) {
    json["parked"] = {{"until", instant_json(host->row.parked_until)},
                      {"reason", shown(host->row.parked_reason)}};
  }
  json["slot"] = slot_json(context, *host);
  json["record_key"] = to_hex(host->row.record_key.view());
  json["link_key"] = to_hex(host->row.link_key.view());
  json["attempts"] = history_json(context.state, *parsed);
  return reply_of(json);
}

}  // namespace mainstay::coordinator
