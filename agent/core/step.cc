#include <algorithm>

#include "agent/core/machine.h"
#include "common/core/check.h"
#include "common/plan/package_list.h"

namespace mainstay::agent {

AgentEffects step(AgentState& state, const AgentEvent& event, const AgentLimits& limits, Now now,
                  Rng& rng) {
  check_invariants(state, limits);
  AgentEffects out;
  Turn turn{.state = state, .limits = limits, .now = now, .rng = rng, .out = out};
  std::visit([&turn](const auto& happened) { on(turn, happened); }, event);
  check_invariants(state, limits);
  return out;
}

Instant next_due(const AgentState& state, const AgentLimits& limits) {
  Instant due = std::min({state.link.connect_at, state.agenda.look_at, state.agenda.look_until,
                          state.agenda.report_at});
  for (const Watch& watch : state.watches) due = std::min({due, watch.look_at, watch.look_until});
  if (state.link.up) {
    if (state.link.greeting == Greeting::None) {
      due = std::min(due, state.link.since + limits.hello_patience);
    } else {
      for (const auto& [digest, entry] : state.spool) due = std::min(due, entry.send_at);
    }
  }
  if (state.relay.up) due = std::min(due, state.relay.ask_at);
  due = std::min({due, state.relay.rest_until, state.relay.answer_until, packages_due(state)});
  if (!state.relay.resolves.empty()) due = std::min(due, state.relay.resolves.front().until);
  return due;
}

bool heard(const Turn& turn) {
  return turn.state.link.up && turn.state.link.greeting != Greeting::None;
}

void send(Turn& turn, HostMessage message) {
  CHECK(turn.state.link.up);
  turn.out.commands.emplace_back(SendToCentre{std::move(message)});
}

void tell_executor(Turn& turn, ExecutorRequest request) {
  CHECK(turn.state.relay.up);
  turn.out.commands.emplace_back(SendToExecutor{std::move(request)});
}

void check_invariants(const AgentState& state, const AgentLimits& limits) {
  CHECK(state.spool.size() <= limits.records_max);
  for (const auto& [digest, entry] : state.spool) {
    CHECK(!entry.record.empty());
    CHECK(entry.record.size() <= limits.record_bytes_max);
  }
  CHECK(state.relay.statements.size() <= limits.statements_max);
  CHECK(state.relay.resolves.size() <= limits.resolves_max);
  // Only the first job is worked on.
  for (std::size_t i = 1; i < state.relay.resolves.size(); ++i) {
    CHECK(state.relay.resolves[i].phase == ResolveJob::Phase::Waiting);
  }
  CHECK(state.agenda.facts.size() <= kFactCount);
  if (!state.link.up) CHECK(state.link.greeting == Greeting::None);
  if (!state.relay.up) {
    CHECK(!state.relay.said_now);
    CHECK(!state.relay.beacon_offered);
  }
  CHECK(state.relay.waiting.size() <= limits.waiting_max);
  if (!state.relay.rests) CHECK(state.relay.waiting.empty());
  if (state.relay.rests) CHECK(!state.relay.up);
  if (state.relay.is_mute) CHECK(state.relay.up);
  if (!state.relay.up) CHECK(state.relay.answer_until == kNever);
  CHECK(state.relay.rests == (state.relay.rest_until != kNever));
  for (const Watch& watch : state.watches) {
    if (watch.look_until != kNever) CHECK(watch.look_at == kNever);
    CHECK(watch.report.findings.size() <= kFindingsMax);
  }
  CHECK(state.packages.text.size() <= kPackageListBytesMax);
  CHECK(state.packages.text.empty() == state.packages.digest.is_zero());
  // A look asked for during a look needs one that is going on.
  if (state.agenda.look_again) CHECK(state.agenda.look_until != kNever);
  if (state.agenda.health_at != WallTime{}) CHECK(state.agenda.looked);
}

}  // namespace mainstay::agent
