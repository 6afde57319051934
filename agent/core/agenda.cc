#include <algorithm>
#include <tuple>

#include "agent/core/machine.h"

namespace mainstay::agent {
namespace {

std::optional<std::int64_t> value_of(const Agenda& agenda, Fact fact) {
  for (const auto& reading : agenda.facts) {
    if (reading.fact == fact) return reading.value;
  }
  return std::nullopt;
}

/// What an operator would want to hear of at once. Ages and free space move all the time.
auto change_key(const Agenda& agenda) {
  return std::tuple(agenda.health, agenda.health_at == WallTime{}, agenda.os,
                    value_of(agenda, Fact::PatchSecurity), value_of(agenda, Fact::PatchTotal),
                    value_of(agenda, Fact::PatchHeld), value_of(agenda, Fact::PatchBroken));
}

Report report_of(const Turn& turn) {
  const AgentState& state = turn.state;
  const ExecutorState seen = state.relay.said.value_or(ExecutorState{});
  return Report{.sequence = state.telling.sequence,
                .boot = state.boot,
                .boottime = turn.now.mono,
                .wall = turn.now.wall,
                .health = state.agenda.health,
                .health_at = state.agenda.health_at,
                .facts = {},
                .control_seen = seen.control_seen,
                .roster_seen = seen.roster_seen,
                .open = seen.open,
                .term_seen = seen.term_seen,
                .label_serial_seen = seen.label_serial_seen,
                .lost = {}};
}

void start_look(Turn& turn) {
  Agenda& agenda = turn.state.agenda;
  agenda.look_at = kNever;
  agenda.look_until = turn.now.mono + turn.limits.look_time_max;
  agenda.look_began = turn.now.wall;
  turn.out.commands.emplace_back(LookNow{turn.state.relay.root});
}

void end_look(Turn& turn, Duration pause) {
  Agenda& agenda = turn.state.agenda;
  agenda.look_until = kNever;
  agenda.look_at = turn.now.mono + pause;
  if (agenda.look_again) {
    agenda.look_again = false;
    start_look(turn);
  }
}

}  // namespace

void want_look(Turn& turn) {
  Agenda& agenda = turn.state.agenda;
  agenda.report_after_look = true;
  // A look that began earlier may have passed what it is wanted for.
  if (agenda.look_until != kNever) {
    agenda.look_again = true;
    return;
  }
  start_look(turn);
}

void want_report(Turn& turn) {
  Agenda& agenda = turn.state.agenda;
  const Instant soonest = agenda.reported_at + turn.limits.report_spacing;
  agenda.report_at = std::min(agenda.report_at, std::max(turn.now.mono, soonest));
}

void on(Turn& turn, const Looked& event) {
  Agenda& agenda = turn.state.agenda;
  if (agenda.look_until == kNever) return;  // given up before; a newer look is due
  const auto before = change_key(agenda);
  agenda.looked = true;
  agenda.looked_mono = turn.now.mono;
  if (event.health) {
    agenda.health = *event.health;
    agenda.health_at = agenda.look_began;
  }
  agenda.facts.assign(
      event.facts.begin(),
      event.facts.begin() + static_cast<std::ptrdiff_t>(std::min(event.facts.size(), kFactCount)));
  if (!event.os.empty()) agenda.os = event.os;
  if (!event.architecture.empty()) agenda.architecture = event.architecture;
  const bool asked_again = agenda.look_again;
  end_look(turn, event.health ? turn.limits.look_interval : turn.limits.look_retry);
  if (change_key(agenda) != before) want_report(turn);
  if (agenda.report_after_look && !asked_again) {
    agenda.report_after_look = false;
    want_report(turn);
  }
  greet_if_ready(turn);
  refresh_if_old(turn);
  run_agenda(turn);
}

void run_agenda(Turn& turn) {
  Agenda& agenda = turn.state.agenda;
  if (turn.now.mono >= agenda.look_until) end_look(turn, turn.limits.look_retry);
  if (turn.now.mono >= agenda.look_at) start_look(turn);
  if (turn.now.mono < agenda.report_at) return;
  agenda.report_at = turn.now.mono + turn.limits.report_interval;
  agenda.reported_at = turn.now.mono;
  if (!heard(turn)) return;
  Report report = report_of(turn);
  tell_facts(turn, report);
  send(turn, std::move(report));
  tell_findings(turn);
}

}  // namespace mainstay::agent
