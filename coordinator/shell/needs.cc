// What wants a person: one line a cause, worst first, each with the command that deals with it.
#include <algorithm>

#include "common/core/digest.h"
#include "common/core/span_text.h"
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

/// A slot that is not tainted comes back by itself, unless its host was given up and stays away, or
/// its executor does not say what became of the attempt.
bool wants_person(const ViewContext& context, const SlotRow& slot) {
  if (slot.tainted) return true;
  const auto& targets = context.state.rollouts.at(slot.rollout).targets;
  const auto target = targets.find(slot.host);
  if (target == targets.end()) return false;
  const TargetRow& row = target->second.row;
  return row.phase == TargetPhase::Ended && row.kind == OutcomeKind::Unreachable &&
         context.now.wall - row.phase_since >= context.limits.unreachable_after;
}

bool waits_for_person(const ViewContext& context, const HostId& host, const Hold& hold) {
  if (hold.bind == Bind::Signatures) return true;
  if (hold.bind != Bind::Budget && hold.bind != Bind::Slot) return false;
  const auto slot = context.state.slots.find(hold.blocking.empty() ? host : hold.blocking);
  return slot != context.state.slots.end() && wants_person(context, slot->second);
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

void add_slots(const ViewContext& context, std::vector<Need>& needs) {
  for (const auto& [id, slot] : context.state.slots) {
    if (!wants_person(context, slot)) continue;
    const Host* host = find_host(context.state, id);
    needs.push_back({.cause = "slot/" + id.text(),
                     .urgency = "!",
                     .text = id.text() + " " + why_out(context, id) + ", slot booked",
                     .owner = host == nullptr ? "" : label_of(*host, "owner"),
                     .since = slot.since,
                     .next = "mainstay host show " + id.text(),
                     .host = id.text(),
                     .rollout = short_name(slot.rollout)});
  }
}

/// One whose last attempt failed, and may be tried again.
std::string failed_host(const Rollout& rollout) {
  for (const auto& [id, target] : rollout.targets) {
    if (target.row.phase == TargetPhase::Ended && is_failure(target.row.kind)) return id.text();
  }
  return "";
}

/// Of a wave it is the host that is not well; of all else what the screens say.
std::string stuck_cause(const ViewContext& context, const Hold& hold) {
  const bool is_order = hold.bind == Bind::Region || hold.bind == Bind::Wave;
  return is_order ? hold.blocking.text() + " to be well again" : cause_of(context, hold);
}

void add_rollouts(const ViewContext& context, std::vector<Need>& needs) {
  for (const auto& [id, rollout] : context.state.rollouts) {
    const std::string name = short_name(id);
    Need need{.cause = "rollout/" + name,
              .urgency = "!!",
              .since = rollout.row.phase_since,
              .next = "mainstay watch " + name,
              .rollout = name};
    need.owner = rollout.row.started_by;
    if (rollout.row.phase == RolloutPhase::Halted) {
      const std::string failed = failed_host(rollout);
      need.text = name + " halted: " + shown(rollout.row.reason);
      need.next = failed.empty() ? "plan again for the rest, then: mainstay abort " + name
                                 : "repair, then: mainstay retry " + name + " " + failed;
    } else if (rollout.row.phase == RolloutPhase::Paused) {
      need.urgency = ".";
      need.text = name + " is paused: " + shown(rollout.row.reason);
      need.next = "mainstay resume " + name;
    } else if (const auto stuck = stuck_at(context, rollout)) {
      need.urgency = "!";
      need.text = name + " cannot go on: " + stuck->host.text() + " waits for " +
                  stuck_cause(context, stuck->hold);
      need.next = "mainstay explain " + stuck->host.text();
    } else {
      continue;
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

std::string why_out(const ViewContext& context, const HostId& id) {
  const Host* host = find_host(context.state, id);
  if (host == nullptr || !is_enrolled(*host)) return "was removed";
  const auto slot = context.state.slots.find(id);
  if (slot != context.state.slots.end()) {
    const std::string where = " in " + short_name(slot->second.rollout);
    const auto rollout = context.state.rollouts.find(slot->second.rollout);
    if (rollout != context.state.rollouts.end()) {
      const auto target = rollout->second.targets.find(id);
      if (target != rollout->second.targets.end() &&
          target->second.row.phase == TargetPhase::Ended) {
        return std::string(name_of(target->second.row.kind)) + where;
      }
    }
    return "is being worked on" + where;
  }
  const std::string_view state = state_of(context, *host);
  if (state != "silent") return "is " + std::string(state);
  return "is silent since " +
         span_text(Duration(age_seconds(context, host->sight.row.seen_at) * 1000));
}

std::optional<Stuck> stuck_at(const ViewContext& context, const Rollout& rollout) {
  if (rollout.row.phase != RolloutPhase::Running || totals_of(rollout).working > 0) return {};
  // A host that is not well at the end of a bake may come up; one that does not, nobody mends.
  const Duration bake = head_of(context.state, rollout).advance.bake;
  const bool bakes = std::ranges::any_of(rollout.row.regions, [&](const RegionState& region) {
    return region.phase == RegionPhase::Baking &&
           context.now.wall - region.since < bake + context.limits.unreachable_after;
  });
  if (bakes) return {};
  const Outlook outlook(context.state, context.limits, context.now);
  std::optional<Stuck> first;
  for (const auto& [id, target] : rollout.targets) {
    OutcomeKind kind = OutcomeKind::NotStarted;
    if (show_of(rollout, target, kind) != TargetShow::Waiting) continue;
    const auto hold = hold_of(outlook, rollout, target);
    if (!hold) return {};
    const bool is_order = hold->bind == Bind::Region || hold->bind == Bind::Wave;
    if (is_order && hold->blocking.empty()) continue;  // whose wave comes when others are done
    if (!is_order && !waits_for_person(context, id, *hold)) return {};
    if (!first) first = {.host = id, .hold = *hold};
  }
  return first;
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
