// What hosts say of themselves, and what they are told in return.
#include <algorithm>
#include <utility>

#include "coordinator/core/fleet/fleet.h"
#include "coordinator/core/ledger/ledger.h"
#include "coordinator/core/rollout/rollout.h"

namespace mainstay::coordinator {

namespace {

std::string bounded(const std::string& text) {
  return text.substr(0, 64);
}

// A host that reboots gets a new boot id once; two machines with one key return to the old one.
void watch_for_duplicate(Turn& turn, Host& host, const BootId& boot) {
  Sight& sight = host.sight;
  if (sight.boot == boot) return;
  if (!boot.is_zero() && boot == sight.boot_before) {
    const bool recent =
        sight.flip_at && turn.now.mono - *sight.flip_at < turn.limits.duplicate_span;
    sight.flips = recent ? sight.flips + 1 : 1;
    sight.flip_at = turn.now.mono;
    if (sight.flips == 2) {
      turn.audit("ALARM host " + host.row.host.text() +
                 " duplicate: two machines with one key, both quarantined");
    }
  }
  sight.boot_before = sight.boot;
  sight.boot = boot;
}

// A higher term seen means that this store is older than what hosts obeyed. It is a host's own
// word, so all raises since the start together stay within the jump that executors allow, and only
// the first makes the coordinator listen anew: a lying host can neither lock the others out nor
// keep everybody waiting.
void believe_term(Turn& turn, const Host& host, Term seen) {
  State& state = turn.state;
  Term& term = state.reign.term;
  if (seen <= term) return;
  if (seen.value - state.first_term.value >= turn.limits.term_jump_max) return;
  if (term == state.first_term) state.listen_until = turn.now.mono + turn.limits.listen;
  term.value = seen.value + 1;
  turn.touch_reign();
  turn.audit("term raised to " + std::to_string(term.value) + ", seen by " + host.row.host.text());
}

/// Only a look at its health that is newer than this answers the recheck.
void wait_for_look(Turn& turn, Host& host, WallTime after) {
  if (host.row.recheck_after == after) return;
  host.row.recheck_after = after;
  turn.touch(host.row);
}

// "Seen after it finished" compares two readings of the host's own wall clock. One that was set
// back in between leaves readings that lie ahead of its now: such a finish counts as now, so that
// only a look that follows proves health, and such a look proves nothing.
void forgive_clock(Turn& turn, Host& host, WallTime wall) {
  Sight& sight = host.sight;
  if (sight.row.health_at > wall) sight.row.health_at = WallTime{};
  if (host.row.recheck_after && *host.row.recheck_after > wall) wait_for_look(turn, host, wall);
  for (auto& [id, rollout] : turn.state.rollouts) {
    if (!is_active(rollout)) continue;
    const auto target = rollout.targets.find(host.row.host);
    if (target == rollout.targets.end() || target->second.row.finished_at <= wall) continue;
    target->second.row.finished_at = wall;
    turn.touch(target->second.row);
  }
}

// A gate that holds a list with a higher number was served by a store newer than this one: it would
// refuse every list of ours, and enrolments and revocations would not reach it. Its own word, so
// all raises since the start together are bounded, as with the term.
void believe_admitted(Turn& turn, std::uint64_t seen) {
  State& state = turn.state;
  std::uint64_t& number = state.reign.admitted_number;
  if (seen <= number || seen - state.first_admitted_number >= turn.limits.admitted_jump_max) return;
  number = seen + 1;
  turn.touch_reign();
  turn.audit("list of admitted keys raised to " + std::to_string(number) + ", seen by a gate");
}

/// The host was given up at work: its attempt may still run, or begin under a permit that holds.
bool may_be_at_work(const Turn& turn, const Host& host, const SlotRow& slot) {
  const auto rollout = turn.state.rollouts.find(slot.rollout);
  if (rollout == turn.state.rollouts.end()) return false;
  const auto target = rollout->second.targets.find(host.row.host);
  if (target == rollout->second.targets.end()) return false;
  const TargetRow& row = target->second.row;
  if (row.phase != TargetPhase::Ended || row.kind != OutcomeKind::Unreachable) return false;
  const AttemptId attempt = attempt_of(rollout->second, target->second);
  if (row.granted_at == WallTime{} || turn.state.records.contains(attempt)) return false;
  if (turn.now.wall - row.phase_since <= turn.limits.permit_lifetime) return true;
  const auto& open = host.sight.open;
  return std::ranges::find(open, attempt, &AttemptState::attempt) != open.end();
}

void settle_recheck(Turn& turn, Host& host) {
  const Sight& sight = host.sight;
  auto& after = host.row.recheck_after;
  if (!after) return;
  const auto slot = turn.state.slots.find(host.row.host);
  if (slot != turn.state.slots.end() && may_be_at_work(turn, host, slot->second)) {
    // What was seen so far is no proof: only a look that follows the end of the attempt is.
    wait_for_look(turn, host, std::max(*after, sight.row.health_at));
    return;
  }
  if (sight.row.health_at <= *after) return;
  after.reset();
  turn.touch(host.row);
  if (slot == turn.state.slots.end() || is_disrupted(turn.state, host.row.host)) return;
  if (is_no_worse(sight.row.health, slot->second.snapshot)) {
    release_slot(turn, host.row.host, "recheck proved it healthy");
  } else {
    turn.audit("slot kept host=" + host.row.host.text() +
               " recheck: " + worse_text(sight.row.health, slot->second.snapshot));
  }
}

/// Labels that were lost on the way, or set while nobody could tell the host.
void catch_up_labels(Turn& turn, Host& host, std::uint32_t serial_seen) {
  auto& sent = host.sight.labels_sent_at;
  if (serial_seen >= host.row.certificate.serial) return;
  if (sent && turn.now.mono - *sent < turn.limits.label_interval) return;
  sent = turn.now.mono;
  turn.order(SendOrder{.host = host.row.link_key,
                       .order = LabelMessage{.certificate = host.row.certificate_document}});
}

void take_facts(Turn& turn, Host& host, const Report& report) {
  SightRow& row = host.sight.row;
  if (report.is_whole) {
    row.facts.fill(std::nullopt);
    row.sequence = report.sequence;
    row.is_whole = true;
  } else {
    const Tells tells = tells_something(report) ? Tells::Something : Tells::Nothing;
    if (!follows(host.sight, report.sequence, tells)) {
      ask_all(turn, host);
    }
  }
  for (const Fact fact : report.lost) row.facts[std::to_underlying(fact)].reset();
  for (const auto& reading : report.facts) {
    row.facts[std::to_underlying(reading.fact)] = reading.value;
    const Motion motion = motion_of(reading.fact);
    if (motion == Motion::Grows || motion == Motion::Falls) row.facts_at = turn.now.wall;
  }
}

/// Overtaken on the way: what it says of health and attempts is older than what is known. A machine
/// that went back to a snapshot is in its old boot at an earlier time: it is believed once it has
/// been silent for longer than any frame waits on its way.
bool is_overtaken(const Turn& turn, const Sight& sight, const Report& report) {
  return sight.report_at && report.boot == sight.boot && report.boottime <= sight.boottime &&
         turn.now.mono - *sight.report_at < turn.limits.unreachable_after;
}

}  // namespace

void on_hello(Turn& turn, Host& host, const Hello& hello) {
  Sight& sight = host.sight;
  watch_for_duplicate(turn, host, hello.boot);
  sight.row.agent_version = bounded(hello.agent_version);
  sight.row.os = bounded(hello.os);
  sight.row.architecture = bounded(hello.architecture);
  sight.row.seen_at = turn.now.wall;
  sight.open = hello.open;
  sight.control_seen = hello.control_seen;
  sight.roster_seen = hello.roster_seen;
  turn.touch(sight.row);
  believe_term(turn, host, hello.term_seen);
  host.sight.labels_sent_at.reset();
  catch_up_labels(turn, host, hello.label_serial_seen);
  catch_up(turn, host);
}

void on_report(Turn& turn, Host& host, const Report& report) {
  Sight& sight = host.sight;
  if (is_overtaken(turn, sight, report)) return;
  watch_for_duplicate(turn, host, report.boot);
  sight.report_at = turn.now.mono;
  sight.boottime = report.boottime;
  sight.open = report.open;
  sight.control_seen = report.control_seen;
  sight.roster_seen = report.roster_seen;
  sight.row.seen_at = turn.now.wall;
  if (report.health_at != sight.row.health_at && report.health_at <= report.wall) {
    sight.looked_at = turn.now.mono;
  }
  sight.row.health = report.health;
  sight.row.health_at = report.health_at;
  take_facts(turn, host, report);
  // A whole report without a word of it comes from a host that makes no lists.
  const Digest packages = report.is_whole ? Digest{} : sight.row.packages;
  note_packages(turn, host, report.packages.value_or(packages));
  forgive_clock(turn, host, report.wall);
  turn.touch(sight.row);
  believe_term(turn, host, report.term_seen);
  catch_up_labels(turn, host, report.label_serial_seen);
  catch_up(turn, host);
  settle_recheck(turn, host);
  settle_verifying(turn, host);
}

void ask_look(Turn& turn, Host& host) {
  auto& asked = host.sight.look_asked_at;
  if (asked && turn.now.mono - *asked < turn.limits.look_interval) return;
  asked = turn.now.mono;
  turn.order(SendOrder{.host = host.row.link_key, .order = LookAgain{}});
}

void catch_up(Turn& turn, const Host& host) {
  std::size_t sent = 0;
  for (const auto& row : turn.state.control) {
    if (row.number <= host.sight.control_seen) continue;
    turn.order(
        SendOrder{.host = host.row.link_key, .order = ControlMessage{.statement = row.document}});
    if (++sent == 16) return;  // the rest with the next report
  }
}

void on(Turn& turn, const GateJoined& event) {
  if (event.mode != GateMode::Hosts) return;  // serves enrolment only: it admits everybody
  believe_admitted(turn, event.admitted_number);
  send_admitted(turn);
  send_beacon(turn);
}

void send_admitted(Turn& turn) {
  AdmittedKeys keys;
  keys.header.not_after = turn.now.wall + turn.limits.admitted_lifetime;
  keys.number = turn.state.reign.admitted_number;
  for (const auto& [link, host] : turn.state.links) keys.links.push_back(link);
  turn.state.admitted_at = turn.now.mono;
  turn.order(SendAdmitted{.keys = std::move(keys)});
}

void send_beacon(Turn& turn) {
  State& state = turn.state;
  Beacon beacon;
  beacon.header.not_after = turn.now.wall + turn.limits.beacon_lifetime;
  beacon.term = state.reign.term;
  beacon.sequence = ++state.beacon_sequence;
  beacon.wall = turn.now.wall;
  if (state.roster) beacon.roster = state.roster->roster.number;
  if (!state.control.empty()) {
    beacon.control_number = state.control.back().number;
    beacon.control_head = state.control.back().digest;
  }
  beacon.audit = state.audit.head;
  state.beacon_at = turn.now.mono;
  turn.order(SendBeacon{.beacon = std::move(beacon)});
}

}  // namespace mainstay::coordinator
