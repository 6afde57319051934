// Needs that are known and dealt with until a time. Which needs there are is told by what is seen;
// here only who put which cause off, until when and why.
#include <algorithm>

#include "common/core/digest.h"
#include "coordinator/core/requests.h"

namespace mainstay::coordinator {

namespace {

/// What an operator of some hosts may put off is about those alone.
bool may_snooze(const Turn& turn, const SnoozeNeed& act, const Operator& by) {
  if (by.scope.empty()) return true;
  if (act.hosts.empty() || act.hosts.size() < act.size) return false;
  return std::ranges::all_of(act.hosts, [&](const HostId& id) {
    const Host* host = find_host(turn.state, id);
    return host == nullptr || covers(by.scope, *host, turn.limits, turn.now);
  });
}

}  // namespace

Ruling snooze(Turn& turn, const SnoozeNeed& act, const Operator& by) {
  if (act.cause.empty()) return wrong("which need? see mainstay status");
  if (act.cause == "stop") return wrong("a STOP is lifted, not put off: mainstay stop --lift");
  if (!may_snooze(turn, act, by)) {
    return refused("this need is about hosts outside the scope of " + by.name);
  }
  const Digest key = sha256(as_bytes(act.cause));
  auto& snoozes = turn.state.snoozes;
  if (act.until == WallTime{}) {
    const auto found = snoozes.find(key);
    if (found == snoozes.end()) return wrong("this need is not snoozed");
    turn.erase(found->second);
    snoozes.erase(found);
    turn.audit("snooze ended by=" + by.name + " cause=" + act.cause);
    return {.verdict = Verdict::Done, .text = "it is shown again"};
  }
  if (act.until <= turn.now.wall || act.until > turn.now.wall + turn.limits.snooze_max) {
    return wrong("a snooze ends within 90 days from now");
  }
  if (act.reason.empty()) return wrong("a snooze needs a reason");
  if (!snoozes.contains(key) && snoozes.size() >= turn.limits.snoozes_max) {
    return refused("too many needs are snoozed: " + std::to_string(turn.limits.snoozes_max) +
                   " at most; see mainstay status --snoozed");
  }
  SnoozeRow row{.need = act, .by = by.name, .at = turn.now.wall};
  turn.put(row);
  snoozes[key] = std::move(row);
  turn.audit("snoozed by=" + by.name + " cause=" + act.cause + ": " + act.reason);
  return {.verdict = Verdict::Done, .text = "snoozed; it wakes by itself if it grows"};
}

void forget_snoozes(Turn& turn) {
  constexpr std::size_t kErasedMax = 16;
  std::size_t erased = 0;
  for (auto at = turn.state.snoozes.begin();
       at != turn.state.snoozes.end() && erased < kErasedMax;) {
    if (at->second.need.until > turn.now.wall) {
      ++at;
      continue;
    }
    turn.erase(at->second);
    at = turn.state.snoozes.erase(at);
    erased += 1;
  }
}

}  // namespace mainstay::coordinator
