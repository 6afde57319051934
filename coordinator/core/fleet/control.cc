// The control chain: numbered without gaps, each statement naming the one before. Hosts verify it
// themselves; what is accepted here is what they will accept.
#include "common/core/digest.h"
#include "common/plan/quorum.h"
#include "coordinator/core/requests.h"

namespace mainstay::coordinator {

namespace {

Ruling refused(std::string text) {
  return {.verdict = Verdict::Refused, .text = std::move(text)};
}

struct Obey {
  Turn& turn;
  const OpenedControl& opened;
  const Operator& by;

  /// Nothing if enough signed, else what hosts would say, too.
  std::string lacks(Say say, std::size_t asked, const std::string& what) const {
    const Status enough = enough_signatures(
        turn.state.roster->roster, opened.statement.signers(),
        {.say = say, .asked = asked, .labels = nullptr, .at = opened.statement->signed_at});
    return enough ? "" : what + " is " + enough.error().detail;
  }
  void note(const std::string& what) const { turn.audit(what + " by=" + by.name); }

  std::string operator()(const StopFleet& act) const {
    if (std::string lack = lacks(Say::Stop, 1, "the STOP"); !lack.empty()) return lack;
    turn.state.stopped = true;
    note("STOP reason=" + act.reason);
    return "";
  }
  std::string operator()(const LiftStop& act) const {
    if (std::string lack = lacks(Say::Lift, 2, "the lifting"); !lack.empty()) return lack;
    turn.state.stopped = false;
    note("STOP lifted reason=" + act.reason);
    return "";
  }
  std::string operator()(const RevokeHost& act) const {
    if (std::string lack = lacks(Say::Admin, 1, "the revocation"); !lack.empty()) return lack;
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
    const Status fits = may_follow(turn.state.roster->roster, next, opened.roster->signers(),
                                   opened.statement->signed_at);
    if (!fits) return "the roster: " + fits.error().detail;
    turn.state.roster = RosterRow{.roster = next, .document = opened.roster->document()};
    turn.put(*turn.state.roster);
    note("roster changed number=" + std::to_string(next.number.value));
    return "";
  }
  std::string operator()(const AbortPlan& act) const {
    if (std::string lack = lacks(Say::Stop, 1, "the abort"); !lack.empty()) return lack;
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
  if (statement.signed_at > turn.now.wall + turn.limits.request_skew ||
      statement.signed_at + kStatementAgeMax <= turn.now.wall) {
    return refused("the statement was not signed within the last day, or a clock is wrong");
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
