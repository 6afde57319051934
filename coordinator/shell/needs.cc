// What wants a person: one line a cause, worst first, each with the command that deals with it.
#include <algorithm>

#include "common/core/digest.h"
#include "coordinator/core/audit/chain.h"
#include "coordinator/shell/need.h"

namespace mainstay::coordinator {

namespace {

void add_stop(const ViewContext& context, std::vector<Need>& needs) {
  if (!context.state.stopped) return;
  Need need{.cause = "stop", .urgency = "!!"};
  for (const ControlRow& row : context.state.control) {
    if (const auto* stop = std::get_if<StopFleet>(&row.act)) {
      need.text = "STOP is in force: " + shown(stop->reason);
      need.owner = row.by;
      need.since = row.at;
    }
  }
  need.next = "mainstay stop --lift --reason TEXT";
  needs.push_back(std::move(need));
}

/// What the coordinator itself lacks: what hosts say is kept no longer, or soon nothing is.
void add_store(const ViewContext& context, std::vector<Need>& needs) {
  static constexpr std::string_view kNext =
      "on the coordinator: journalctl -u mainstay-coordinator";
  const StoreHealth& store = context.store;
  if (store.cache_since) {
    needs.push_back({.cause = "store/cache",
                     .urgency = "!",
                     .text = "what hosts say is not kept, " +
                             counted(store.cache_lost, "write", "writes") +
                             " lost: " + store.cache_reason,
                     .since = *store.cache_since,
                     .next = std::string(kNext)});
  }
  if (store.truth_used < kTruthUsedMax) return;
  const auto percent = std::to_string(static_cast<int>(store.truth_used * 100));
  needs.push_back({.cause = "store/truth",
                   .urgency = "!!",
                   .text = "the store is " + percent +
                           " % full, and full it ends the coordinator: raise store_bytes",
                   .since = {},
                   .next = std::string(kNext)});
}

void add_pending(const ViewContext& context, std::vector<Need>& needs) {
  const auto& pending = context.state.control_pending;
  if (!pending || pending->row.at + kStatementAgeMax <= context.now.wall) return;
  const std::string name = "C-" + std::to_string(pending->row.number.value);
  needs.push_back({.cause = "control/" + name,
                   .urgency = "!",
                   .text = name + " (" + std::string(name_of(pending->row.act)) +
                           ") waits for another signature",
                   .owner = shown(pending->row.by),
                   .since = pending->row.at,
                   .next = "mainstay approve " + name});
}

/// What raised an alarm in the last day: the records of the chain that a person must hear of.
void add_alarms(const ViewContext& context, std::vector<Need>& needs) {
  static constexpr std::string_view kHostWord = "host ";
  for (const AuditRow& alarm : context.state.audit.alarms) {
    if (alarm.at + context.limits.alarm_shown <= context.now.wall) continue;
    Need need{.cause = alarm.text,
              .urgency = "!!",
              .text = alarm.text.substr(kAlarm.size()),
              .since = alarm.at,
              .next = "mainstay audit show --from " + std::to_string(alarm.number)};
    if (const std::size_t at = need.text.find(kHostWord); at != std::string::npos) {
      const std::size_t begin = at + kHostWord.size();
      const auto host = HostId::parse(need.text.substr(begin, need.text.find(' ', begin) - begin));
      if (host && find_host(context.state, *host) != nullptr) {
        need.next = "mainstay host show " + host->text();
        need.host = host->text();
      }
    }
    needs.push_back(std::move(need));
  }
}

void add_hosts(const ViewContext& context, std::vector<Need>& needs) {
  std::vector<std::string> silent;
  WallTime longest{};
  for (const auto& [id, host] : context.state.hosts) {
    if (!is_enrolled(host)) continue;
    const std::string_view state = state_of(context, host);
    if (state == "duplicate") {
      needs.push_back({.cause = "duplicate/" + id.text(),
                       .urgency = "!!",
                       .text = "two machines use the key of " + id.text(),
                       .owner = label_of(host, "owner"),
                       .since = {},
                       .next = "mainstay host show " + id.text(),
                       .host = id.text()});
    }
    if (state != "silent") continue;
    silent.push_back(id.text());
    const WallTime seen = host.sight.row.seen_at;
    longest = longest == WallTime{} ? seen : std::min(longest, seen);
  }
  // After a start nobody has been heard yet.
  const auto& listen = context.state.listen_until;
  const bool is_early = !listen || context.now.mono < *listen + context.limits.silent_after;
  if (silent.empty() || is_early) return;
  needs.push_back(
      {.cause = "silent",
       .urgency = "!",
       .text = silent.size() == 1 ? silent.front() + " is silent"
                                  : std::to_string(silent.size()) + " hosts are silent, " +
                                        silent.front() + " among them",
       .owner = "",
       .since = longest,
       .next = "mainstay host list --where silent",
       .host = silent.size() == 1 ? silent.front() : "",
       .rollout = "",
       .size = static_cast<std::uint32_t>(silent.size()),
       .hosts = {silent.begin(), silent.begin() + static_cast<std::ptrdiff_t>(
                                                      std::min(silent.size(), kSnoozedHostsMax))}});
}

Json name_json(const std::string& name) {
  return name.empty() ? Json(nullptr) : Json(name);
}

}  // namespace

std::string group_name(const std::string& group) {
  const std::size_t equals = group.find('=');
  const bool is_single = group.find(',') == std::string::npos;
  return is_single && equals != std::string::npos ? group.substr(equals + 1) : group;
}

Needs needs_json(const ViewContext& context) {
  std::vector<Need> needs;
  add_stop(context, needs);
  add_store(context, needs);
  add_pending(context, needs);
  add_alarms(context, needs);
  add_rollouts(context, needs);
  add_slots(context, needs);
  add_hosts(context, needs);
  add_findings(context, needs);
  add_vulnerabilities(context, needs);
  add_feeds(context, needs);
  std::ranges::stable_sort(needs, {}, [](const Need& need) { return rank_of(need.urgency); });
  const auto numbers = numbers_of(needs);
  Needs lists{.open = Json::array(), .snoozed = Json::array()};
  for (const Need& need : needs) {
    const NeedNumber& number = numbers.at(need.cause);
    Json json = {{"id", number.id},
                 {"number", number.whole},
                 {"urgency", need.urgency},
                 {"text", shown(need.text)},
                 {"owner", need.owner},
                 {"since", instant_json(need.since)},
                 {"since_seconds", age_seconds(context, need.since)},
                 {"next", need.next},
                 {"host", name_json(need.host)},
                 {"rollout", name_json(need.rollout)},
                 {"cause", shown(need.cause)},
                 {"hosts", need.size},
                 {"hosts_named", need.hosts}};
    if (!is_snoozed(context, need)) {
      lists.open.push_back(std::move(json));
      continue;
    }
    const SnoozeRow& row = context.state.snoozes.at(sha256(as_bytes(need.cause)));
    json["snoozed"] = {{"until", instant_json(row.need.until)},
                       {"by", shown(row.by)},
                       {"reason", shown(row.need.reason)}};
    lists.snoozed.push_back(std::move(json));
  }
  return lists;
}

}  // namespace mainstay::coordinator
