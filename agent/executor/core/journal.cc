#include "agent/executor/core/journal.h"

#include <algorithm>
#include <array>

#include "agent/executor/core/machine.h"
#include "common/core/check.h"

namespace mainstay::executor {

Impact impact_of(const AttemptRow& row) {
  return mainstay::impact_of(kind_of(row.step));
}

ExecutorState state_message(const Journal& journal) {
  ExecutorState state;
  state.record_key = journal.record_key;
  state.term_seen = journal.host.term_seen;
  state.control_seen = journal.host.control_number;
  state.roster_seen = journal.roster.number;
  state.label_serial_seen = journal.label_serial;
  for (const auto& [id, entry] : journal.attempts) {
    if (entry.row.phase == AttemptPhase::Closed || state.open.size() == kOpenAttemptsMax) continue;
    state.open.push_back({.attempt = id, .phase = entry.row.phase});
  }
  return state;
}

void Journal::check_invariants() const {
  std::size_t disruptive = 0;
  for (const auto& [id, entry] : attempts) {
    CHECK(id == entry.row.attempt);
    CHECK(id.host == host.host);
    const bool has_record = !entry.row.record.empty();
    CHECK(has_record == (entry.row.phase >= AttemptPhase::Finished));
    if (entry.row.phase < AttemptPhase::Finished &&
        executor::impact_of(entry.row) >= Impact::Disruptive) {
      disruptive += 1;
    }
  }
  CHECK(disruptive <= 1);
  CHECK(host.aborted.size() <= kAbortedPlansMax);
}

void enter(AttemptEntry& entry, AttemptPhase phase) {
  CHECK(allows<AttemptPhase>(kAttemptEdges, entry.row.phase, phase));
  entry.row.phase = phase;
}

void write(Turn& turn, const AttemptEntry& entry) {
  turn.out.writes.push_back({.axis = Axis::Truth, .row = entry.row});
}

void write_host(Turn& turn) {
  // Once a step, in its last state: a step may touch it twice.
  std::erase_if(turn.out.writes, [](const Write<HostRow>& write) {
    return std::holds_alternative<HostStateRow>(write.row);
  });
  turn.out.writes.push_back({.axis = Axis::Truth, .row = turn.journal.host});
}

void tell(Turn& turn, ExecutorMessage message) {
  turn.out.commands.emplace_back(TellAgent{std::move(message)});
}

bool raise_term(Turn& turn, Term term) {
  Term& seen = turn.journal.host.term_seen;
  if (term <= seen) return true;
  if (term.value - seen.value > turn.limits.term_leap_max) return false;
  seen = term;
  write_host(turn);
  return true;
}

void note_audit(Turn& turn, const AuditHead& audit) {
  if (audit.number <= turn.journal.host.audit.number) return;
  // Not written at once: it goes to disk with the next write of the row. Older is no harm.
  turn.journal.host.audit = audit;
}

AttemptEntry* find(Turn& turn, const AttemptId& attempt) {
  const auto found = turn.journal.attempts.find(attempt);
  return found == turn.journal.attempts.end() ? nullptr : &found->second;
}

ExecutorEffects step(Journal& journal, const ExecutorEvent& event, const ExecutorLimits& limits,
                     Now now, Rng& /*rng*/) {
  ExecutorEffects out;
  Turn turn{.journal = journal, .limits = limits, .now = now, .out = out};
  std::visit([&](const auto& happened) { on(turn, happened); }, event);
  drive_intended(turn);
  journal.check_invariants();
  return out;
}

std::string_view name_of(const ExecutorEvent& event) {
  // In the order of the variant.
  static constexpr std::array<std::string_view, std::variant_size_v<ExecutorEvent>> kNames = {
      "dispatch.offered", "beacon.offered", "control.offered",
      "binding.offered",  "labels.offered", "acknowledgement.offered",
      "state.asked",      "preflighted",    "shim.started",
      "inspected",        "looked.again",   "record.signed",
      "restarted",        "ticked"};
  return kNames[event.index()];
}

}  // namespace mainstay::executor
