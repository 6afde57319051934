#include "agent/core/machine.h"

namespace mainstay::agent {

void on(Turn& turn, const Restarted& event) {
  turn.state.agent_version = event.agent_version;
  turn.state.boot = event.boot;
  turn.state.binding = event.binding;
  turn.state.enrolled_labels = event.labels;
  const auto spread = static_cast<std::uint64_t>(turn.limits.connect_spread.count());
  turn.state.link.connect_at =
      turn.now.mono + Duration(static_cast<std::int64_t>(turn.rng.below(spread)));
  turn.state.agenda.report_at = turn.now.mono + turn.limits.report_interval;
  turn.state.agenda.look_at = turn.now.mono + turn.limits.root_patience;
  turn.state.agenda.report_after_look = true;
  // Anywhere: a centre that knew this agent before its restart must notice that it is another.
  turn.state.telling.sequence = turn.rng.next() >> 16U;
  begin_sources(turn);
}

void on(Turn& turn, const Ticked&) {
  if (turn.now.mono >= turn.state.link.connect_at) {
    turn.state.link.connect_at = kNever;
    turn.out.commands.emplace_back(Connect{});
  }
  if (turn.state.relay.up && turn.now.mono >= turn.state.relay.ask_at) ask_state(turn);
  run_rest(turn);
  greet_if_ready(turn);
  run_resolves(turn);
  run_sources(turn);
  run_packages(turn);
  run_agenda(turn);
  run_spool(turn);
}

void on(Turn& turn, const ConnectionUp&) {
  // A connection may be renewed without its end having been seen: greet again in any case.
  turn.state.link.up = true;
  turn.state.link.greeting = Greeting::None;
  turn.state.link.since = turn.now.mono;
  greet_if_ready(turn);
}

void on(Turn& turn, const ConnectionDown&) {
  turn.state.link.up = false;
  turn.state.link.greeting = Greeting::None;
}

namespace {

Hello hello_of(const Turn& turn) {
  const AgentState& state = turn.state;
  const ExecutorState seen = state.relay.said.value_or(ExecutorState{});
  return Hello{.agent_version = state.agent_version,
               .boot = state.boot,
               .boottime = turn.now.mono,
               .wall = turn.now.wall,
               .term_seen = seen.term_seen,
               .control_seen = seen.control_seen,
               .roster_seen = seen.roster_seen,
               .label_serial_seen = seen.label_serial_seen,
               .os = state.agenda.os,
               .architecture = state.agenda.architecture,
               .open = seen.open};
}

}  // namespace

void greet_if_ready(Turn& turn) {
  Link& link = turn.state.link;
  if (!link.up || link.greeting == Greeting::Full) return;
  const Relay& relay = turn.state.relay;
  const bool complete = (relay.said_now || relay.rests) && turn.state.agenda.looked;
  // The coordinator learns the highest term from greetings, so one that would be full in a moment
  // is worth waiting for; a host without an executor is worth hearing all the same.
  const bool patient = turn.now.mono < link.since + turn.limits.hello_patience;
  if (!complete && (patient || link.greeting == Greeting::Partial)) return;
  link.greeting = complete ? Greeting::Full : Greeting::Partial;
  send(turn, hello_of(turn));
  want_report(turn);
  run_agenda(turn);
  resend_all(turn);
}

}  // namespace mainstay::agent
