#include <algorithm>

#include "common/select/fleet_facts.h"
#include "coordinator/core/fleet/fleet.h"

namespace mainstay::coordinator {

std::optional<Operator> operator_of(const State& state, const PublicKey& key, WallTime now) {
  if (!state.roster) return std::nullopt;
  for (const auto& entry : state.roster->roster.operators) {
    if (entry.key != key) continue;
    if (entry.expires <= now) return std::nullopt;
    return Operator{.name = entry.name, .role = entry.role, .scope = entry.scope};
  }
  return std::nullopt;
}

std::optional<Operator> operator_of(const State& state, const std::vector<PublicKey>& signers,
                                    WallTime now) {
  for (const auto& key : signers) {
    if (auto found = operator_of(state, key, now)) return found;
  }
  return std::nullopt;
}

bool may_operate(Role role) {
  return role == Role::Operator || role == Role::Approver || role == Role::Admin;
}
bool may_approve(Role role) {
  return role == Role::Approver || role == Role::Admin;
}
bool may_enrol(Role role) {
  return role == Role::Enroller || role == Role::Admin;
}

bool covers(const std::string& scope, const Host& host, const Limits& limits, Now now) {
  if (scope.empty()) return true;
  const auto selector = parse_selector(scope, kFleetFacts);
  // Certified labels only: a host must not talk itself into an operator's scope.
  if (!selector || !selector->labels_only()) return false;
  return selector->evaluate(HostSubject(host, limits, now)) == Truth::True;
}

}  // namespace mainstay::coordinator
