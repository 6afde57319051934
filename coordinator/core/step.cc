#include "coordinator/core/step.h"

#include "coordinator/core/fleet/fleet.h"
#include "coordinator/core/planner/planner.h"
#include "coordinator/core/requests.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

namespace {

void on(Turn& turn, const Restarted&) {
  State& state = turn.state;
  state.reign.term.value += 1;  // durable before the first effect of this term
  state.first_term = state.reign.term;
  state.first_admitted_number = state.reign.admitted_number;
  turn.touch_reign();
  state.listen_until = turn.now.mono + turn.limits.listen;
  watch_clock(turn);
  turn.audit("coordinator started term=" + std::to_string(state.reign.term.value));
  // A plan that was not stored whole: its operator asks again.
  for (auto at = state.plans.begin(); at != state.plans.end();) {
    if (at->second.row.phase != PlanPhase::Freezing || turn.is_full()) {
      ++at;
      continue;
    }
    turn.erase(at->second.row);
    at = state.plans.erase(at);
  }
  reopen_all(turn);
  send_admitted(turn);
  send_beacon(turn);
  for (const auto& [name, feed] : state.feeds) {
    turn.order(UseFeed{.name = name, .digest = feed.digest});
  }
}

void on(Turn& turn, const Ticked&) {
  const State& state = turn.state;
  const auto is_due = [&](const std::optional<Instant>& last, Duration interval) {
    return !last || turn.now.mono - *last >= interval;
  };
  if (is_due(state.beacon_at, turn.limits.beacon_interval)) send_beacon(turn);
  if (is_due(state.admitted_at, turn.limits.admitted_interval)) send_admitted(turn);
  forget_requests(turn);
  forget_snoozes(turn);
  watch_clock(turn);
  forget_exposures(turn);
  forget_packages(turn);
  settle_drafts(turn);
  forget_ended(turn);
  turn.stirred = true;
}

void on(Turn& turn, const WentOn&) {
  turn.state.going_on = false;
  if (!turn.state.admitted_at) send_admitted(turn);
  // Rollouts go on in a step of their own, the next tick at the latest.
  turn.stirred = !go_on_freezing(turn);
}

struct Hear {
  Turn& turn;
  Host& host;
  void operator()(const Hello& hello) const { on_hello(turn, host, hello); }
  void operator()(const Report& report) const { on_report(turn, host, report); }
  void operator()(const FindingsMessage& found) const { on_findings(turn, host, found); }
  void operator()(const ResolveAnswer& answer) const { on_answer(turn, host, answer); }
  void operator()(const Rejection& rejection) const { on_rejection(turn, host, rejection); }
  void operator()(const RecordMessage&) const {}  // opened by the shell, comes as RecordArrived
  void operator()(const LogPart&) const {}        // passed on by the shell
  void operator()(const PackagesMessage& part) const { on_packages(turn, host, part); }
};

void on(Turn& turn, const HostSaid& event) {
  Host* host = find_by_link(turn.state, event.link);
  if (host == nullptr) return;  // removed or revoked; the gate will follow
  host->sight.gate = event.gate;
  std::visit(Hear{.turn = turn, .host = *host}, event.message);
}

void on(Turn& turn, const ExposuresSeen& event) {
  on_exposures(turn, event);
}

void on(Turn& turn, const PackagesLost& event) {
  on_packages_lost(turn, event);
}

void run_pass(Turn& turn) {
  run_rollouts(turn);
  auto& checked = turn.state.checked_at;
  const bool is_due = !checked || turn.now.mono - *checked >= turn.limits.check_interval;
  if (!is_due && !turn.disrupts) return;
  checked = turn.now.mono;
  check_invariants(turn.state);
}

/// A pass looks at all targets. What thousands of hosts say while a commit is on its way shares the
/// one that follows it; nothing is granted but in a pass, so none is granted on less than all that
/// was heard.
bool may_share_a_pass(const Event& event) {
  return std::holds_alternative<HostSaid>(event) || std::holds_alternative<RecordArrived>(event);
}

}  // namespace

CoordinatorEffects step(State& state, const Event& event, const Limits& limits, Now now, Rng& rng) {
  Turn turn(state, limits, now, rng);
  std::visit([&turn](const auto& what) { on(turn, what); }, event);
  if (turn.stirred && may_share_a_pass(event)) {
    turn.go_on();
  } else if (turn.stirred) {
    run_pass(turn);
  }
  return turn.finish();
}

std::string_view name_of(const Event& event) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "restarted",   "ticked",          "went_on",         "gate_joined",
      "host_said",   "record_arrived",  "enrolment_asked", "request_arrived",
      "plan_frozen", "plan_not_frozen", "exposures_seen",  "packages_lost"};
  static_assert(kNames.size() == std::variant_size_v<Event>);
  return kNames[event.index()];
}

std::string_view name_of(const Command& command) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "answer",      "send_order",    "send_dispatches", "send_acknowledgement",
      "send_beacon", "send_admitted", "freeze_plan",     "send_enrol_reply",
      "go_on",       "use_feed"};
  static_assert(kNames.size() == std::variant_size_v<Command>);
  return kNames[command.index()];
}

}  // namespace mainstay::coordinator
