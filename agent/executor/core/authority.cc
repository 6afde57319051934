// What the host is told by those it obeys: beacons, the control chain, labels, acknowledgements.
// A document that is not accepted changes nothing (I13); it comes again if it was only early.
#include <algorithm>

#include "agent/executor/core/machine.h"
#include "common/core/digest.h"
#include "common/plan/quorum.h"

namespace mainstay::executor {

namespace {

bool by_dispatch_key(const Turn& turn, const std::vector<PublicKey>& signers) {
  return std::ranges::find(signers, turn.journal.dispatch_key) != signers.end();
}

/// A host that comes late walks a chain of old statements, each judged as of its signing. What an
/// operator backdates is refused: beacons said since that nothing followed.
bool is_timely(const Turn& turn, const ControlStatement& statement) {
  return statement.signed_at <= turn.now.wall + turn.limits.clock_skew_max &&
         statement.signed_at + kStatementAgeMax >= turn.journal.host.control_at;
}

/// Written once an hour: what is lost by a crash is small beside kStatementAgeMax.
void note_end_of_chain(Turn& turn, const Beacon& beacon) {
  HostStateRow& host = turn.journal.host;
  if (beacon.control_number != host.control_number || beacon.control_head != host.control_head) {
    return;
  }
  const WallTime at = std::min(beacon.wall, turn.now.wall);
  if (at - host.control_at < std::chrono::hours(1)) return;
  host.control_at = at;
  write_host(turn);
}

bool operators_agree(Turn& turn, const Verified<ControlStatement>& statement, Question question) {
  question.at = statement->signed_at;
  return enough_signatures(turn.journal.roster, statement.signers(), question).has_value();
}

bool apply(Turn& turn, const ControlOffered& event, const StopFleet& /*act*/) {
  if (!operators_agree(turn, event.statement, {.say = Say::Stop})) return false;
  turn.journal.host.stopped = true;
  return true;
}

bool apply(Turn& turn, const ControlOffered& event, const LiftStop& /*act*/) {
  if (!operators_agree(turn, event.statement, {.say = Say::Lift, .asked = 2})) return false;
  turn.journal.host.stopped = false;
  return true;
}

bool apply(Turn& turn, const ControlOffered& event, const RevokeHost& act) {
  if (!operators_agree(turn, event.statement, {.say = Say::Admin})) return false;
  if (act.record_key == turn.journal.record_key) turn.journal.host.revoked = true;
  return true;
}

bool apply(Turn& turn, const ControlOffered& event, const NewRoster& act) {
  if (!event.roster || event.roster->document() != act.roster) return false;
  const Status fits = may_follow(turn.journal.roster, event.roster->value(),
                                 event.roster->signers(), event.statement->signed_at);
  if (!fits) return false;
  turn.journal.roster = event.roster->value();
  turn.journal.host.roster = act.roster;
  return true;
}

bool apply(Turn& turn, const ControlOffered& event, const AbortPlan& act) {
  if (!operators_agree(turn, event.statement, {.say = Say::Stop})) return false;
  auto& aborted = turn.journal.host.aborted;
  std::erase_if(aborted, [&](const AbortedPlan& plan) { return plan.until <= turn.now.wall; });
  const WallTime until = event.statement->signed_at + kPlanLifetimeMax;
  if (until <= turn.now.wall) return true;  // no plan of then is valid any more
  // With no room the statement is not taken: the chain then lags behind the beacon, and nothing
  // disruptive starts until entries have expired.
  if (aborted.size() >= kAbortedPlansMax) return false;
  aborted.push_back({.plan = act.plan, .until = until});
  return true;
}

}  // namespace

void on(Turn& turn, const BeaconOffered& event) {
  const Beacon& beacon = *event.beacon;
  if (!by_dispatch_key(turn, event.beacon.signers())) return;
  if (beacon.term < turn.journal.host.term_seen) return;  // of a coordinator that was replaced
  const auto& seen = turn.journal.beacon;
  if (seen && beacon.term == seen->beacon.term && beacon.sequence <= seen->beacon.sequence) {
    return;  // a repetition must not look fresh
  }
  if (!raise_term(turn, beacon.term)) return;
  turn.journal.beacon = BeaconSeen{.beacon = beacon, .at = turn.now.mono};
  note_end_of_chain(turn, beacon);
  note_audit(turn, beacon.audit);
}

void on(Turn& turn, const ControlOffered& event) {
  HostStateRow& host = turn.journal.host;
  const ControlStatement& statement = *event.statement;
  if (statement.number.value != host.control_number.value + 1) return;  // known, or a gap
  if (statement.previous != host.control_head || !is_timely(turn, statement)) return;
  const bool taken =
      std::visit([&](const auto& act) { return apply(turn, event, act); }, statement.act);
  if (!taken) return;
  host.control_number = statement.number;
  host.control_head = sha256(event.statement.document());
  host.control_at = std::max(host.control_at, statement.signed_at);
  write_host(turn);
  tell(turn, state_message(turn.journal));
}

void on(Turn& turn, const BindingOffered& event) {
  HostStateRow& host = turn.journal.host;
  if (!by_dispatch_key(turn, event.binding.signers())) return;
  if (event.binding->record_key != turn.journal.record_key) return;
  // Once certified, a host keeps its id for as long as it keeps its key.
  if (!host.host.empty()) return;
  host.binding = event.binding.document();
  turn.journal.bound_host = event.binding->host;
  // The name itself waits for operators: a coordinator alone cannot say who this host is.
  write_host(turn);
}

void on(Turn& turn, const LabelsOffered& event) {
  HostStateRow& host = turn.journal.host;
  const LabelCertificate& certificate = *event.certificate;
  if (!host.host.empty() && certificate.host != host.host) return;
  if (!host.labels.empty() && certificate.serial <= turn.journal.label_serial) return;
  if (certificate.header.not_after <= turn.now.wall) return;
  if (host.host.empty() && turn.journal.bound_host != certificate.host) return;
  const Status signatures = enough_signatures(turn.journal.roster, event.certificate.signers(),
                                              {.say = Say::Labelling,
                                               .asked = 1,
                                               .host = certificate.host,
                                               .labels = &certificate.labels,
                                               .at = turn.now.wall});
  if (!signatures) return;
  // A scope is not left by relabelling: who certifies must cover the host as it is, too.
  if (!host.labels.empty() && !enough_signatures(turn.journal.roster, event.certificate.signers(),
                                                 {.say = Say::Labelling,
                                                  .asked = 1,
                                                  .host = host.host,
                                                  .labels = &turn.journal.labels,
                                                  .at = turn.now.wall})) {
    return;
  }
  host.host = certificate.host;
  host.labels = event.certificate.document();
  turn.journal.labels = certificate.labels;
  turn.journal.label_serial = certificate.serial;
  turn.journal.labels_until = certificate.header.not_after;
  write_host(turn);
  tell(turn, state_message(turn.journal));
}

void on(Turn& turn, const AcknowledgementOffered& event) {
  const Acknowledgement& acknowledgement = *event.acknowledgement;
  if (!by_dispatch_key(turn, event.acknowledgement.signers())) return;
  AttemptEntry* entry = find(turn, acknowledgement.attempt);
  if (entry == nullptr || entry->row.phase != AttemptPhase::Finished) return;  // again, or not ours
  if (entry->row.record_digest != acknowledgement.record) return;
  enter(*entry, AttemptPhase::Closed);
  write(turn, *entry);
  tell(turn, state_message(turn.journal));
}

void on(Turn& turn, const StateAsked& /*event*/) {
  tell(turn, state_message(turn.journal));
  for (const auto& [id, entry] : turn.journal.attempts) {
    if (entry.row.phase == AttemptPhase::Finished) {
      tell(turn, RecordMessage{.record = entry.row.record});
    }
  }
}

}  // namespace mainstay::executor
