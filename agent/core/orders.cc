#include "agent/core/machine.h"

namespace mainstay::agent {
namespace {

void obey(Turn& turn, const Resolve& order, const CentreSaid&) {
  add_resolve(turn, order);
}

void obey(Turn& turn, const SendLog& order, const CentreSaid& event) {
  if (reach_executor(turn, AskLog{order.attempt}) || !heard(turn)) return;
  send(turn, Rejection{.attempt = order.attempt,
                       .dispatch = event.frame,
                       .reason = "no executor on this host"});
}

void obey(Turn& turn, const LookAgain&, const CentreSaid&) {
  want_look(turn);
}

void obey(Turn& turn, const TellAll&, const CentreSaid&) {
  tell_all(turn);
  want_report(turn);
}

void obey(Turn& turn, const TellPackages&, const CentreSaid&) {
  want_packages(turn);
}

void obey(Turn& turn, const BeaconMessage& order, const CentreSaid&) {
  turn.state.relay.beacon = order.beacon;
  turn.state.relay.beacon_at = turn.now.mono;
  turn.state.relay.beacon_offered = false;
  offer_beacon(turn);
}

void obey(Turn& turn, const ControlMessage& order, const CentreSaid&) {
  Relay& relay = turn.state.relay;
  if (reach_executor(turn, OfferControl{order.statement})) {
    if (relay.up) ask_state(turn);
    return;
  }
  for (const auto& known : relay.statements) {
    if (known == order.statement) return;
  }
  // The centre sends again what the reports do not show as seen.
  if (relay.statements.size() == turn.limits.statements_max) {
    relay.statements.pop_front();
    turn.state.counts.statements_dropped += 1;
  }
  relay.statements.push_back(order.statement);
}

void obey(Turn& turn, const LabelMessage& order, const CentreSaid&) {
  if (!reach_executor(turn, OfferLabels{order.certificate})) {
    turn.state.relay.labels = order.certificate;
  } else if (turn.state.relay.up) {
    ask_state(turn);
  }
}

void obey(Turn& turn, const AcknowledgementMessage& order, const CentreSaid& event) {
  // Told to the executor first: it alone verifies it. If the acknowledgement is a lie, the spool
  // loses a copy that the executor's next answer brings back.
  // If it would be lost, let the centre say it again.
  if (!reach_executor(turn, OfferAcknowledgement{order.acknowledgement})) return;
  if (event.acknowledged) turn.state.spool.erase(*event.acknowledged);
}

void obey(Turn& turn, const DispatchMessage& order, const CentreSaid& event) {
  if (turn.state.relay.up) offer_beacon(turn);
  if (reach_executor(turn, OfferDispatch{order.dispatch})) return;
  turn.state.counts.dispatches_rejected += 1;
  if (!heard(turn)) return;
  send(turn, Rejection{.attempt = order.dispatch.attempt,
                       .dispatch = event.frame,
                       .reason = "no executor on this host"});
}

}  // namespace

void on(Turn& turn, const CentreSaid& event) {
  std::visit([&](const auto& order) { obey(turn, order, event); }, event.order);
}

}  // namespace mainstay::agent
