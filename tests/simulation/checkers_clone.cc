// Judges of hosts that are two machines: what the coordinator could tell from the boots it heard.
#include <algorithm>

#include "tests/simulation/checkers.h"

namespace mainstay::sim {

namespace {

// As long as two boots of one key count as taking turns, and what is on its way to the disk.
constexpr Duration kTurnsMax = 5min;
constexpr Duration kTwinSlack = 1s;

}  // namespace

void Checkers::centre_starts() {
  reign_known_ = false;
  for (auto& [host, twins] : twins_) {
    const bool cloned = twins.cloned;
    twins = Twins();
    twins.cloned = cloned;
  }
}

bool Checkers::is_cloned(const HostId& host) const {
  const auto found = twins_.find(host);
  return found != twins_.end() && found->second.cloned;
}

/// Whoever has a host's record key can give its slot back, as long as the two are not told apart:
/// what the other machine still does is known to nobody then (seed 1102 of a day).
bool Checkers::twin_ended(const HostId& host, const PlanId& plan) const {
  return is_cloned(host) && std::ranges::any_of(records_, [&](const auto& stored) {
           return stored.first.host == host && stored.first.plan == plan;
         });
}

void Checkers::boot_heard(const HostId& host, const BootId& boot) {
  Twins& twins = twins_[host];
  if (twins.boot == boot) return;
  if (!boot.is_zero() && boot == twins.before) {
    const bool soon = twins.at && timeline_.now() - *twins.at < kTurnsMax * pace;
    twins.returns = soon ? twins.returns + 1 : 1;
    twins.at = timeline_.now();
    if (twins.returns == 1) twins.known.reset();
    if (twins.returns == 2) {
      twins.known = timeline_.now();
      edges.turned_away(TurnedAway::Twins);
    }
  }
  twins.before = twins.boot;
  twins.boot = boot;
}

/// I04: each of two machines may start an attempt that the coordinator sent to both before it could
/// know of them. From the second return on it knows, and no permit leaves for that host.
void Checkers::check_twins(const AttemptId& attempt) {
  const auto found = twins_.find(attempt.host);
  if (found == twins_.end() || !found->second.known) return;
  const Twins& twins = found->second;
  const bool known = timeline_.now() - *twins.known > kTwinSlack;
  if (!known || timeline_.now() - *twins.at > kTurnsMax * pace - kTwinSlack) return;
  complain("I04", short_name(attempt) + " was permitted on a host that is two machines");
}

}  // namespace mainstay::sim
