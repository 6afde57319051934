// The control chain: numbered without gaps, each statement naming the one before. Hosts verify it
// themselves; what is accepted here is what they will accept.
#include <algorithm>

#include "common/core/digest.h"
#include "coordinator/core/requests.h"

namespace mainstay::coordinator {

namespace {

std::uint32_t signed_with(const Turn& turn, const std::vector<PublicKey>& signers,
                          bool (*may)(Role)) {
  return static_cast<std::uint32_t>(std::ranges::count_if(signers, [&](const PublicKey& key) {
    const auto signer = operator_of(turn.state, key, turn.now.wall);
    return signer && may(signer->role);
  }));
}

std::uint32_t able(const Turn& turn, bool (*may)(Role)) {
  std::uint32_t count = 0;
  for (const auto& entry : turn.state.roster->roster.operators) {
    const auto person = operator_of(turn.state, entry.key, turn.now.wall);
    if (person && may(person->role)) count += 1;
  }
  return count;
}

bool is_admin(Role role) {
  return role == Role::Admin;
}

Ruling refused(std::string text) {
  return {.verdict = Verdict::Refused, .text = std::move(text)};
}

struct Obey {
  Turn& turn;
  const OpenedControl& opened;
  const Operator& by;

  std::uint32_t signatures(bool (*may)(Role)) const {
    return signed_with(turn, opened.statement.signers(), may);
  }
  bool is_signed() const { return signatures(&may_operate) >= 1; }
  void note(const std::string& what) const { turn.audit(what + " by=" + by.name); }

  std::string operator()(const StopFleet& act) const {
    if (!is_signed()) return "STOP needs the signature of an operator";
    turn.state.stopped = true;
    note("STOP reason=" + act.reason);
    return "";
  }
  std::string operator()(const LiftStop& act) const {
    const std::uint32_t needed = std::min(2U, std::max(1U, able(turn, &may_operate)));
    if (signatures(&may_operate) < needed) {
      return "lifting a STOP needs " + std::to_string(needed) + " signatures";
    }
    turn.state.stopped = false;
    note("STOP lifted reason=" + act.reason);
    return "";
  }
  std::string operator()(const RevokeHost& act) const {
    if (!is_signed()) return "a revocation needs the signature of an operator";
    Host* host = find_host(turn.state, act.host);
    if (host != nullptr && is_enrolled(*host) && host->row.link_key == act.link_key) {
      host->row.revoked = true;
      turn.state.links.erase(act.link_key);
      turn.state.reign.admitted_number += 1;
      turn.touch(host->row);
      turn.touch_reign();
    }
    note("host revoked host=" + act.host.text());
    send_admitted(turn);
    return "";
  }
  std::string operator()(const NewRoster&) const {
    if (!opened.roster) return "the enclosed roster is not valid";
    const Roster& next = **opened.roster;
    const Roster& current = turn.state.roster->roster;
    if (next.number.value != current.number.value + 1)
      return "the roster's number must rise by one";
    if (next.operators.empty() || next.operators.size() > kOperatorsMax) {
      return "a roster has 1 to " + std::to_string(kOperatorsMax) + " operators";
    }
    const auto& signers = opened.roster->signers();
    const bool recovers = std::ranges::find(signers, current.recovery) != signers.end();
    const std::uint32_t asked =
        current.signatures_needed.at(static_cast<std::size_t>(Impact::Destructive));
    const std::uint32_t needed = std::min(std::max(1U, asked), std::max(1U, able(turn, &is_admin)));
    if (!recovers && signed_with(turn, signers, &is_admin) < needed) {
      return "a new roster needs " + std::to_string(needed) + " signatures of admins";
    }
    turn.state.roster = RosterRow{.roster = next, .document = opened.roster->document()};
    turn.put(*turn.state.roster);
    note("roster changed number=" + std::to_string(next.number.value));
    return "";
  }
  std::string operator()(const AbortPlan& act) const {
    if (!is_signed()) return "an abort needs the signature of an operator";
    abort_plan(turn, act, by);
    return "";
  }
};

}  // namespace

Ruling add_control(Turn& turn, const OpenedControl& opened, const Operator& by) {
  State& state = turn.state;
  const ControlStatement& statement = *opened.statement;
  const ControlNumber last = state.control.empty() ? ControlNumber{} : state.control.back().number;
  const Digest head = state.control.empty() ? Digest{} : state.control.back().digest;
  if (statement.number.value != last.value + 1 || statement.previous != head) {
    return refused("the control chain has moved on: read it again and sign anew");
  }
  if (std::string why = std::visit(Obey{.turn = turn, .opened = opened, .by = by}, statement.act);
      !why.empty()) {
    return refused(std::move(why));
  }
  ControlRow row;
  row.number = statement.number;
  row.digest = sha256(opened.statement.document());
  row.act = statement.act;
  row.document = opened.statement.document();
  row.by = by.name;
  row.at = turn.now.wall;
  turn.put(row);
  state.control.push_back(std::move(row));
  turn.stirred = true;
  for (const auto& [id, host] : state.hosts) {
    if (is_enrolled(host)) catch_up(turn, host);
  }
  send_beacon(turn);
  return {.verdict = Verdict::Done,
          .text = "control statement " + std::to_string(statement.number.value) + " is in force"};
}

}  // namespace mainstay::coordinator
