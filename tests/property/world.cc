// The canonical form of a state. Left out is what no decision reads: words for people, times that
// are only shown, the audit chain and its heads in documents (they never leave this world's
// coordinator), the count of starts (its limit is out of reach), answers kept for repeated
// requests. What was signed and never changes (plans, labels, roster) is the same in all states.
#include "tests/property/world.h"

namespace mainstay::model {

namespace {

using coordinator::Target;

void add(Hash& hash, const TargetRow& row) {
  hash << row.phase << row.kind << row.step << row.number << row.retried << row.snapshot;
  hash << (row.granted_at != WallTime{}) << row.finished_at << row.history.size();
  // For how long it has been asked to close its attempt.
  const bool asked = row.phase == TargetPhase::Ended && row.kind == OutcomeKind::Unreachable;
  hash << (asked ? row.phase_since : WallTime{});
  if (row.history.empty()) return;
  const auto& last = row.history.back();
  hash << last.step << last.number << last.kind;
}

void add(Hash& hash, const RolloutRow& row) {
  hash << row.rollout << row.phase;
  for (const auto& region : row.regions) hash << region.phase << region.wave;
}

void add(Hash& hash, const SlotRow& row) {
  hash << row.host << row.rollout << row.tainted << row.snapshot;
}

void add(Hash& hash, const std::vector<AttemptState>& open) {
  hash << open.size();
  for (const auto& each : open) hash << each.attempt << each.phase;
}

void add(Hash& hash, const coordinator::Host& host) {
  hash << host.row.removed;
  const coordinator::Sight& sight = host.sight;
  hash << sight.report_at << sight.boot << sight.boottime << sight.boot_before << sight.flips;
  hash << sight.flip_at << host.row.recheck_after << sight.row.health << sight.row.health_at;
  add(hash, sight.open);
}

/// What a start of the coordinator would find.
struct AddRow {
  Hash& hash;
  void operator()(const ReignRow& row) const { hash << row.term; }
  void operator()(const RolloutRow& row) const { add(hash, row); }
  void operator()(const TargetRow& row) const { add(hash << row.rollout << row.host, row); }
  void operator()(const SlotRow& row) const { add(hash, row); }
  void operator()(const RecordRow& row) const { hash << row.attempt << row.digest; }
  void operator()(const HostRow& row) const { hash << row.removed; }
  template <class Other>
  void operator()(const Other& /*row*/) const {}
};

void add(Hash& hash, const AttemptRow& row) {
  hash << row.attempt << row.phase << row.boot << row.permit_until << row.record_digest;
  hash << row.succeeded;
}

void add(Hash& hash, const executor::Journal& journal) {
  hash << journal.boot << journal.host.term_seen;
  if (journal.beacon) {
    hash << journal.beacon->beacon.term << journal.beacon->beacon.sequence;
    hash << journal.beacon->beacon.wall << journal.beacon->at;
  }
  for (const auto& [attempt, entry] : journal.attempts) {
    add(hash, entry.row);
    hash << entry.running << entry.looking << entry.launches << entry.result.has_value();
    hash << entry.closing.has_value();
    if (entry.closing) hash << entry.closing->kind;
    if (entry.result) hash << entry.result->exit_code << entry.result->finished_at;
  }
}

}  // namespace

Hash128 hash_of(const Centre& centre) {
  Hash hash;
  const coordinator::State& state = centre.state;
  hash << state.reign.term << state.listen_until << state.beacon_sequence << state.beacon_at;
  for (const auto& [id, host] : state.hosts) add(hash, host);
  for (const auto& [id, rollout] : state.rollouts) {
    add(hash, rollout.row);
    for (const auto& [host, target] : rollout.targets) {
      add(hash, target.row);
      hash << target.deadline << target.dispatched_at << target.silent_since;
    }
  }
  for (const auto& [id, slot] : state.slots) add(hash, slot);
  for (const auto& [attempt, digest] : state.records) hash << attempt << digest;
  for (const auto& [key, row] : centre.disk) std::visit(AddRow{hash}, *row);
  hash << centre.spoken << centre.spoken_before;
  return hash.value();
}

Hash128 hash_of(const Host& host) {
  Hash hash;
  add(hash, host.journal);
  for (const auto& [key, row] : host.disk) {
    const auto* attempt = std::get_if<AttemptRow>(&row);
    if (attempt != nullptr) {
      add(hash, *attempt);
    } else {
      hash << std::get<HostStateRow>(row).term_seen;
    }
  }
  hash << host.boots << to_ms(Instant(host.booted)) << host.ends << host.broken;
  for (const auto& plan : host.installed) hash << plan;
  for (const auto& [attempt, folder] : host.folders) {
    hash << attempt << folder.started << folder.barred << folder.alive << folder.result.has_value();
    if (folder.result) hash << folder.result->exit_code << folder.result->finished_at;
  }
  for (const auto& launch : host.launched) hash << launch.attempt << launch.own;
  hash << host.term_top << host.came.size();
  for (const auto& came : host.came) hash << came.attempt << came.boot << came.not_after;
  for (const auto& attempt : host.begun) hash << attempt;
  hash << host.excused << host.removed;
  return hash.value();
}

Hash128 World::hash() const {
  Hash hash;
  hash << centre->hash;
  for (const auto& host : hosts) hash << host->hash;
  for (const auto& message : network) hash << message->hash;
  hash << spent.crashes << spent.repeats << spent.late << spent.bad << spent.acts << spent.ticks;
  return hash.value();
}

Now now_of_centre(const World& world) {
  return {.mono = Instant(100s + world.now()), .wall = kDawn + world.now()};
}

Now now_of(const World& world, const Host& host) {
  // A look that follows the end of a task is later than it, also within one tick.
  return {.mono = Instant(5s + world.now() - host.booted),
          .wall = kDawn + world.now() + 2 * host.ends * 1ms};
}

}  // namespace mainstay::model
