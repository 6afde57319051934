#include <algorithm>
#include <utility>

#include "agent/core/machine.h"

namespace mainstay::agent {
namespace {

bool same_open(const std::vector<AttemptState>& left, const std::vector<AttemptState>& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].attempt != right[i].attempt) return false;
    if (left[i].phase != right[i].phase) return false;
  }
  return true;
}

bool changed(const ExecutorState& now, const ExecutorState& before) {
  return now.control_seen != before.control_seen || now.roster_seen != before.roster_seen ||
         !same_open(now.open, before.open);
}

void hear(Turn& turn, const ExecutorState& said) {
  Relay& relay = turn.state.relay;
  const bool news = !relay.said || changed(said, *relay.said);
  relay.said = said;
  if (relay.said->open.size() > kOpenAttemptsMax) relay.said->open.resize(kOpenAttemptsMax);
  relay.said_now = true;
  // An executor that never saw labels gets what the enrolment brought, until it has taken it.
  if (said.label_serial_seen == 0 && !turn.state.enrolled_labels.empty()) {
    tell_executor(turn, OfferBinding{turn.state.binding});
    tell_executor(turn, OfferLabels{turn.state.enrolled_labels});
  }
  if (news) want_report(turn);
  const Agenda& agenda = turn.state.agenda;
  if (!agenda.looked && agenda.look_until == kNever) want_look(turn);  // it waited for the root
  greet_if_ready(turn);
  run_agenda(turn);
}

void hear(Turn& turn, const PackageRoot& said) {
  Relay& relay = turn.state.relay;
  if (said.path == relay.root || (!said.path.empty() && said.path.front() != '/')) return;
  relay.root = said.path;
  // What was seen elsewhere is no fact about this host.
  const Agenda& agenda = turn.state.agenda;
  if (agenda.looked || agenda.look_until != kNever) want_look(turn);
}

void hear(Turn& turn, const RecordMessage& said) {
  keep_record(turn, said);
}

void hear(Turn& turn, const Rejection& said) {
  // The centre dispatches again after a reconnect, and then hears it.
  if (heard(turn)) {
    send(turn, said);
  } else {
    turn.state.counts.answers_dropped += 1;
  }
}

void hear(Turn& turn, const LogPart& said) {
  if (heard(turn)) {
    send(turn, said);
  } else {
    turn.state.counts.answers_dropped += 1;
  }
}

/// What held for the connection that is over.
void hang_up(Relay& relay) {
  relay.up = false;
  relay.said_now = false;
  relay.beacon_offered = false;
  relay.answer_until = kNever;
  relay.is_mute = false;
  relay.ask_at = kNever;
}

void wake(Turn& turn) {
  turn.state.relay.rest_until = turn.now.mono + turn.limits.wake_time_max;
  turn.out.commands.emplace_back(WakeExecutor{});
}

void hear(Turn& turn, const Resting& /*said*/) {
  Relay& relay = turn.state.relay;
  hang_up(relay);
  relay.rests = true;
  relay.rest_until = turn.now.mono + turn.limits.rest_time_max;
  turn.out.commands.emplace_back(LeaveExecutor{});
  // It cannot know what was on its way to it.
  const bool missed = std::ranges::any_of(relay.resolves, [](const ResolveJob& job) {
    return job.phase == ResolveJob::Phase::Refreshing;
  });
  if (missed) reach_executor(turn, AskRefresh{});
  ask_probes_again(turn);
}

void hear(Turn& turn, const Refreshed& said) {
  on_refreshed(turn, said);
}

/// What it found comes as SourceLooked, put together and read by the shell.
void hear(Turn& turn, const Probed& said) {
  if (said.refusal.empty()) return;
  note_refusal(turn, said.source);
}

}  // namespace

void ask_state(Turn& turn) {
  tell_executor(turn, AskState{});
  turn.state.relay.ask_at = turn.now.mono + turn.limits.state_interval;
}

void offer_beacon(Turn& turn) {
  Relay& relay = turn.state.relay;
  if (!relay.up || relay.beacon_offered || relay.beacon.empty()) return;
  // A beacon that waited must not look as fresh as the moment it is handed over.
  if (turn.now.mono - relay.beacon_at > turn.limits.beacon_age_max) return;
  relay.beacon_offered = true;
  tell_executor(turn, OfferBeacon{relay.beacon});
}

bool has_executor(const Relay& relay) {
  return (relay.up && !relay.is_mute) || relay.rests;
}

bool reach_executor(Turn& turn, ExecutorRequest request) {
  Relay& relay = turn.state.relay;
  if (relay.is_mute) return false;
  if (relay.up) {
    tell_executor(turn, std::move(request));
    return true;
  }
  if (!relay.rests || relay.waiting.size() == turn.limits.waiting_max) return false;
  if (relay.waiting.empty()) wake(turn);
  relay.waiting.push_back(std::move(request));
  return true;
}

void run_rest(Turn& turn) {
  Relay& relay = turn.state.relay;
  if (turn.now.mono >= relay.answer_until) {
    relay.answer_until = kNever;
    relay.is_mute = true;
    forget_probes(turn);
    run_resolves(turn);
    want_report(turn);
  }
  if (!relay.rests || turn.now.mono < relay.rest_until) return;
  if (relay.waiting.empty()) {
    reach_executor(turn, AskState{});
    return;
  }
  // Nobody starts it any more. Who sent what waits here sends again, and is refused.
  relay.rests = false;
  relay.rest_until = kNever;
  relay.waiting.clear();
  forget_probes(turn);
  run_resolves(turn);
  want_report(turn);
}

void on(Turn& turn, const ExecutorUp&) {
  Relay& relay = turn.state.relay;
  if (!relay.rests) forget_refusals(turn);  // one that rested comes up as it was
  relay.up = true;
  relay.rests = false;
  relay.rest_until = kNever;
  relay.answer_until = turn.now.mono + turn.limits.wake_time_max;
  relay.is_mute = false;
  relay.said_now = false;
  relay.beacon_offered = false;
  for (auto& statement : relay.statements) {
    tell_executor(turn, OfferControl{std::move(statement)});
  }
  relay.statements.clear();
  if (!relay.labels.empty()) tell_executor(turn, OfferLabels{std::move(relay.labels)});
  relay.labels.clear();
  offer_beacon(turn);
  ask_state(turn);
  for (auto& request : std::exchange(relay.waiting, {})) tell_executor(turn, std::move(request));
  run_resolves(turn);
  want_report(turn);
}

void on(Turn& turn, const ExecutorDown&) {
  if (turn.state.relay.rests) return;  // it had said so
  hang_up(turn.state.relay);
  forget_probes(turn);
  run_resolves(turn);
  want_report(turn);
}

void on(Turn& turn, const ExecutorSaid& event) {
  Relay& relay = turn.state.relay;
  if (!relay.up) return;  // said before it went; it is asked anew
  relay.answer_until = kNever;
  if (std::exchange(relay.is_mute, false)) want_report(turn);
  std::visit([&turn](const auto& said) { hear(turn, said); }, event.message);
}

}  // namespace mainstay::agent
