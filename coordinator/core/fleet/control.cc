// The control chain: numbered without gaps, each statement naming the one before. Hosts verify it
// themselves; what is accepted here is what they will accept.
#include "common/core/digest.h"
#include "common/plan/quorum.h"
#include "coordinator/core/requests.h"

namespace mainstay::coordinator {

namespace {

struct Obey {
  Turn& turn;
  const OpenedControl& opened;
  const Operator& by;

  /// An error if not enough signed: what hosts would say, too.
  Status enough(Say say, std::size_t asked, const std::string& what) const {
    Status found = enough_signatures(
        turn.state.roster->roster, opened.statement.signers(),
        {.say = say, .asked = asked, .labels = nullptr, .at = opened.statement->signed_at});
    if (!found) return fail(found.error().fault, what + " is " + found.error().detail);
    return found;
  }
  void note(const std::string& what) const { turn.audit(what + " by=" + by.name); }

  Status operator()(const StopFleet& act) const {
    TRY_STATUS(enough(Say::Stop, 1, "the STOP"));
    turn.state.stopped = true;
    note("STOP reason=" + act.reason);
    return {};
  }
  Status operator()(const LiftStop& act) const {
    TRY_STATUS(enough(Say::Lift, 2, "the lifting"));
    turn.state.stopped = false;
    note("STOP lifted reason=" + act.reason);
    return {};
  }
  Status operator()(const RevokeHost& act) const {
    TRY_STATUS(enough(Say::Admin, 1, "the revocation"));
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
    return {};
  }
  Status operator()(const NewRoster&) const {
    if (!opened.roster) return fail(Fault::Malformed, "the enclosed roster is not valid");
    const Roster& next = **opened.roster;
    const Status fits = may_follow(turn.state.roster->roster, next, opened.roster->signers(),
                                   opened.statement->signed_at);
    if (!fits) return fail(fits.error().fault, "the roster: " + fits.error().detail);
    turn.state.roster = RosterRow{.roster = next, .document = opened.roster->document()};
    turn.put(*turn.state.roster);
    note("roster changed number=" + std::to_string(next.number.value));
    return {};
  }
  Status operator()(const AbortPlan& act) const {
    TRY_STATUS(enough(Say::Stop, 1, "the abort"));
    abort_plan(turn, act, by);
    return {};
  }
};

ControlRow row_of(const Turn& turn, const OpenedControl& opened, const Operator& by) {
  return {.number = opened.statement->number,
          .digest = sha256(opened.statement.document()),
          .act = opened.statement->act,
          .document = opened.statement.document(),
          .by = by.name,
          .at = turn.now.wall};
}

/// What waits holds up nothing: any statement that has enough signatures takes its number.
Ruling keep_waiting(Turn& turn, const OpenedControl& opened, const Operator& by,
                    const std::string& why) {
  ControlPendingRow pending{row_of(turn, opened, by)};
  const std::string name = "C-" + std::to_string(pending.row.number.value);
  if (!turn.state.control_pending || turn.state.control_pending->row.digest != pending.row.digest) {
    turn.put(pending);
    turn.audit("control statement waits for signatures number=" +
               std::to_string(pending.row.number.value) + " by=" + by.name);
    turn.state.control_pending = std::move(pending);
  }
  return {
      .verdict = Verdict::ApprovalMissing,
      .text = why + ": within 24 h another operator adds his by `mainstay approve " + name + "`"};
}

Status may_be_next(const Turn& turn, const ControlStatement& statement) {
  const State& state = turn.state;
  const ControlNumber last = state.control.empty() ? ControlNumber{} : state.control.back().number;
  const Digest head = state.control.empty() ? Digest{} : state.control.back().digest;
  if (statement.number.value != last.value + 1 || statement.previous != head) {
    return fail(Fault::Stale, "the control chain has moved on: read it again and sign anew");
  }
  if (statement.signed_at > turn.now.wall + turn.limits.request_skew ||
      statement.signed_at + kStatementAgeMax <= turn.now.wall) {
    return fail(Fault::Stale,
                "the statement was not signed within the last day, or a clock is wrong");
  }
  return {};
}

}  // namespace

Ruling add_control(Turn& turn, const OpenedControl& opened, const Operator& by) {
  State& state = turn.state;
  const ControlStatement& statement = *opened.statement;
  if (const Status next = may_be_next(turn, statement); !next) return refused(next.error().detail);
  const Status obeyed = std::visit(Obey{.turn = turn, .opened = opened, .by = by}, statement.act);
  if (!obeyed && obeyed.error().fault == Fault::Unavailable) {
    return keep_waiting(turn, opened, by, obeyed.error().detail);
  }
  if (!obeyed) return refused(obeyed.error().detail);
  if (state.control_pending) {
    turn.erase(*state.control_pending);
    state.control_pending.reset();
  }
  ControlRow row = row_of(turn, opened, by);
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
