#include "common/plan/quorum.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/select/selector.h"

namespace mainstay {

namespace {

struct LabelSubject : Subject {
  LabelSubject(const HostId& id, const Labels& held) : host(id), labels(held) {}
  const HostId& host;
  const Labels& labels;
  std::optional<std::string_view> label(std::string_view name) const override {
    return certified_label(host, labels, name);
  }
  mainstay::FactValue fact(std::size_t /*index*/) const override { return {}; }
};

bool role_fits(Role role, Say say) {
  switch (say) {
    case Say::Plan:
    case Say::Stop:
    case Say::Lift:
      return role == Role::Operator || role == Role::Approver || role == Role::Admin;
    case Say::Admin:
      return role == Role::Admin;
    case Say::Labelling:
      return role == Role::Admin || role == Role::Enroller;
  }
  std::unreachable();
}

bool in_scope(const std::string& scope, const Question& question) {
  if (scope.empty()) return true;
  if (question.labels == nullptr) return question.say == Say::Stop;
  // A scope that cannot be read covers nothing: an unclear right is no right.
  const auto selector = parse_selector(scope, {});
  return selector.has_value() &&
         selector->evaluate(LabelSubject(question.host, *question.labels)) == Truth::True;
}

bool is_able(const OperatorEntry& entry, const Question& question) {
  return role_fits(entry.role, question.say) && entry.expires > question.at &&
         in_scope(entry.scope, question);
}

}  // namespace

std::string_view name_of(const ControlAct& act) {
  constexpr std::array<std::string_view, std::variant_size_v<ControlAct>> kActs = {
      "STOP", "lift of the STOP", "revocation", "roster", "abort"};
  return kActs.at(act.index());
}

Count count_signatures(const Roster& roster, std::span<const PublicKey> signers,
                       const Question& question) {
  std::size_t able = 0;
  std::size_t given = 0;
  std::vector<PublicKey> counted;  // a key that stands there twice is one operator
  for (const auto& entry : roster.operators) {
    if (!is_able(entry, question) || std::ranges::find(counted, entry.key) != counted.end()) {
      continue;
    }
    counted.push_back(entry.key);
    able += 1;
    if (std::ranges::find(signers, entry.key) != signers.end()) given += 1;
  }
  return {.given = given, .needed = std::max<std::size_t>(1, std::min(question.asked, able))};
}

Status enough_signatures(const Roster& roster, std::span<const PublicKey> signers,
                         const Question& question) {
  const Count count = count_signatures(roster, signers, question);
  if (count.given >= count.needed) return {};
  const Fault fault = count.given == 0 ? Fault::Denied : Fault::Unavailable;
  return fail(fault, "signed by " + std::to_string(count.given) + " of " +
                         std::to_string(count.needed) + " operators needed");
}

Status may_follow(const Roster& current, const Roster& next, std::span<const PublicKey> signers,
                  WallTime now) {
  if (next.number.value != current.number.value + 1) {
    return fail(Fault::Stale, "roster " + std::to_string(next.number.value) +
                                  " does not follow roster " +
                                  std::to_string(current.number.value));
  }
  const bool admin_left = std::ranges::any_of(next.operators, [&](const OperatorEntry& entry) {
    return entry.role == Role::Admin && entry.scope.empty() && entry.expires > now;
  });
  if (!admin_left) return fail(Fault::Denied, "the next roster has no admin");
  const bool recovery =
      !current.recovery.is_zero() && std::ranges::find(signers, current.recovery) != signers.end();
  if (recovery) return {};
  return enough_signatures(
      current, signers,
      {.say = Say::Admin,
       .asked = current.signatures_needed[std::to_underlying(Impact::Destructive)],
       .host = {},
       .labels = nullptr,
       .at = now});
}

}  // namespace mainstay
