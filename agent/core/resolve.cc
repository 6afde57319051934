#include <algorithm>
#include <utility>

#include "agent/core/machine.h"

namespace mainstay::agent {
namespace {

void answer(Turn& turn, ResolveAnswer answer) {
  if (heard(turn)) {
    send(turn, std::move(answer));
  } else {
    turn.state.counts.answers_dropped += 1;  // the centre asks again
  }
}

void refuse(Turn& turn, const Resolve& resolve, std::string why) {
  answer(turn, ResolveAnswer{
                   .draft = resolve.draft, .packages = {}, .kept = {}, .refusal = std::move(why)});
}

void refuse_first(Turn& turn, std::string why) {
  refuse(turn, turn.state.relay.resolves.front().resolve, std::move(why));
  turn.state.relay.resolves.pop_front();
}

/// True if the first job ended without an answer of its own.
bool give_up(Turn& turn) {
  const ResolveJob& job = turn.state.relay.resolves.front();
  const bool is_there = has_executor(turn.state.relay);
  const bool late = turn.now.mono >= job.until;
  switch (job.phase) {
    case ResolveJob::Phase::Waiting:
      if (is_there) return false;
      refuse_first(turn, "no executor on this host");
      return true;
    case ResolveJob::Phase::Refreshing:
      if (is_there && !late) return false;
      refuse_first(turn, late ? "refreshing the package lists took too long"
                              : "the executor went away while refreshing the package lists");
      return true;
    case ResolveJob::Phase::Simulating:
      if (!late) return false;
      refuse_first(turn, "simulating the installation took too long");
      return true;
  }
  return false;
}

}  // namespace

void add_resolve(Turn& turn, const Resolve& resolve) {
  auto& jobs = turn.state.relay.resolves;
  for (const auto& job : jobs) {
    if (job.resolve.draft == resolve.draft) return;  // asked again while it is under way
  }
  if (jobs.size() == turn.limits.resolves_max) {
    refuse(turn, resolve, "busy: resolving for other plans");
    return;
  }
  jobs.push_back({.resolve = resolve});
  run_resolves(turn);
}

void run_resolves(Turn& turn) {
  auto& jobs = turn.state.relay.resolves;
  while (!jobs.empty() && give_up(turn)) {
  }
  if (jobs.empty() || jobs.front().phase != ResolveJob::Phase::Waiting) return;
  if (!reach_executor(turn, AskRefresh{})) {
    refuse_first(turn, "the executor does not start");
    return;
  }
  jobs.front().phase = ResolveJob::Phase::Refreshing;
  jobs.front().until = turn.now.mono + turn.limits.refresh_time_max;
}

void refresh_if_old(Turn& turn) {
  Relay& relay = turn.state.relay;
  if (!(relay.up || relay.rests) || !relay.resolves.empty() || turn.now.mono < relay.refresh_at)
    return;
  const auto& facts = turn.state.agenda.facts;
  const auto age = std::ranges::find(facts, Fact::PatchListsAge, &FactReading::fact);
  if (age == facts.end() || std::chrono::seconds(age->value) < turn.limits.lists_age_max) return;
  relay.refresh_at = turn.now.mono + turn.limits.refresh_pause;
  relay.refreshes = reach_executor(turn, AskRefresh{});
}

void on_refreshed(Turn& turn, const Refreshed& refreshed) {
  auto& jobs = turn.state.relay.resolves;
  const bool was_own = std::exchange(turn.state.relay.refreshes, false);
  // Normal after a refresh that was given up.
  if (jobs.empty() || jobs.front().phase != ResolveJob::Phase::Refreshing) {
    if (was_own && refreshed.refusal.empty()) want_look(turn);
    return;
  }
  if (!refreshed.refusal.empty()) {
    refuse_first(turn, refreshed.refusal);
    run_resolves(turn);
    return;
  }
  jobs.front().phase = ResolveJob::Phase::Simulating;
  jobs.front().until = turn.now.mono + turn.limits.simulate_time_max;
  turn.out.commands.emplace_back(ResolveNow{jobs.front().resolve, turn.state.relay.root});
}

void on(Turn& turn, const Resolved& event) {
  auto& jobs = turn.state.relay.resolves;
  if (jobs.empty() || jobs.front().phase != ResolveJob::Phase::Simulating ||
      jobs.front().resolve.draft != event.answer.draft) {
    return;  // given up before
  }
  jobs.pop_front();
  answer(turn, event.answer);
  // The lists are younger now than the last look knows.
  want_look(turn);
  run_resolves(turn);
}

}  // namespace mainstay::agent
