// The executor, and the tasks it starts.
#include "agent/executor/shell/intake.h"
#include "agent/executor/shell/load.h"
#include "common/core/check.h"
#include "common/core/digest.h"
#include "common/ports/test_records.h"
#include "common/wire/open.h"
#include "tests/swarm/host.h"

namespace mainstay::swarm {

using executor::AttemptEvidence;
using executor::Intake;

executor::Journal Host::first_journal(const Fleet& fleet, const BootId& boot,
                                      const PublicKey& record_key) {
  auto journal =
      executor::load_journal(TestRecords(), fleet.trust, {.boot = boot, .record_key = record_key});
  CHECK(journal.has_value());  // the trust file was read before
  return std::move(*journal);
}

void Host::feed(const executor::ExecutorEvent& event) {
  executor_.handle(event, fleet_.reactor.now());
}

void Host::feed_later(executor::ExecutorEvent event) {
  fleet_.reactor.later([this, event = std::move(event)] { feed(event); });
}

void Host::feed_or_count(Result<executor::ExecutorEvent> event) {
  if (event) {
    feed(*event);
  } else {
    fleet_.counts.refused += 1;
  }
}

void Host::take(const OfferDispatch& offer) {
  feed_or_count(Intake(fleet_.check, executor_.state()).read(offer));
}
void Host::take(const OfferBeacon& offer) {
  feed_or_count(Intake(fleet_.check, executor_.state()).read(offer, fleet_.reactor.now().wall));
}
void Host::take(const OfferControl& offer) {
  feed_or_count(Intake(fleet_.check, executor_.state()).read(offer));
}
void Host::take(const OfferLabels& offer) {
  feed_or_count(Intake(fleet_.check, executor_.state()).read(offer, fleet_.reactor.now().wall));
}
void Host::take(const OfferBinding& offer) {
  feed_or_count(Intake(fleet_.check, executor_.state()).read(offer, fleet_.reactor.now().wall));
}

void Host::take(const OfferAcknowledgement& offer) {
  const auto closed = [this] {
    std::uint64_t count = 0;
    for (const auto& [id, entry] : executor_.state().attempts) {
      count += entry.row.phase == AttemptPhase::Closed ? 1 : 0;
    }
    return count;
  };
  const std::uint64_t before = closed();
  feed_or_count(Intake(fleet_.check, executor_.state()).read(offer));
  fleet_.counts.acknowledged += closed() - before;
}

void Host::take(const AskState&) {
  feed(executor::StateAsked{});
}

void Host::take(const AskRefresh&) {
  run(executor::TellAgent{Refreshed{}});
}

void Host::take(const AskProbe& ask) {
  const auto source = ask.source;
  feed(agent::ExecutorSaid{Probed{.source = source, .refusal = "no probes", .part = {}}});
}

void Host::take(const AskLog&) {}  // tasks of a swarm print nothing

bool Host::has_unacknowledged() const {
  for (const auto& [id, entry] : executor_.state().attempts) {
    if (entry.row.phase != AttemptPhase::Closed) return true;
  }
  return false;
}

AttemptEvidence Host::evidence_of(const AttemptId& attempt) const {
  const auto found = tasks_.find(attempt);
  if (found == tasks_.end()) return {};
  const Task& task = found->second;
  if (!task.begun) return {.started = false, .barred = task.barred};
  return {.started = true, .barred = false, .alive = false, .result = task.result};
}

void Host::run(const executor::Preflight& command) {
  feed_later(executor::Preflighted{.attempt = command.attempt, .refusal = {}});
}

void Host::run(const executor::LaunchShim& command) {
  Task& task = tasks_[command.attempt];
  if (!task.barred) {
    if (task.begun) fleet_.counts.begun_twice += 1;
    fleet_.counts.begun += 1;
    const Now now = fleet_.reactor.now();
    task.begun = true;
    patched_ = true;
    task.result.started_at = now.wall;
    task.result.finished_at = now.wall;
    task.result.finished_boottime = now.mono;
    task.result.boot = boot_;
    task.result.output_digest = sha256({});
    feed_later(executor::ShimStarted{command.attempt});
  }
  feed_later(executor::Inspected{command.attempt, evidence_of(command.attempt)});
}

void Host::run(const executor::WatchShim& command) {
  feed_later(executor::Inspected{command.attempt, evidence_of(command.attempt)});
}

void Host::run(const executor::BarStart& command) {
  Task& task = tasks_[command.attempt];
  task.barred = !task.begun;
  feed_later(executor::Inspected{command.attempt, evidence_of(command.attempt)});
}

void Host::run(const executor::LookAgainAt& command) {
  feed_later(executor::LookedAgain{
      command.attempt,
      {.holds = executor::Finding::Holds::Yes, .reason = {}, .installed = command.packages}});
}

void Host::run(const executor::SignRecord& command) {
  const bool closed = std::holds_alternative<ClosedRecord>(command.record);
  const Bytes payload =
      std::visit([](const auto& record) { return encode(record); }, command.record);
  const auto record = seal(closed ? context::kClosed : context::kOutcome, payload, record_signer_);
  CHECK(record.has_value());
  fleet_.counts.records += 1;
  feed_later(executor::RecordSigned{command.attempt, *record, sha256(*record)});
}

void Host::run(const executor::RemoveFolder& command) {
  tasks_.erase(command.attempt);
}

void Host::run(const executor::TellAgent& command) {
  if (std::holds_alternative<Rejection>(command.message)) fleet_.counts.rejected += 1;
  feed(agent::ExecutorSaid{command.message});
}

}  // namespace mainstay::swarm
