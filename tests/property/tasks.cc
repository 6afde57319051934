// What an executor orders on its machine: shims and their folders, looks, records.
#include "common/core/digest.h"
#include "tests/property/books.h"

namespace mainstay::model {

namespace {

using executor::AttemptEvidence;
using Holds = executor::Finding::Holds;
using Word = Message::Kind;

void tell(Work& work, std::size_t place, const RecordMessage& said) {
  const Member& member = work.setup.members.at(place);
  const PublicKey keys[] = {member.record_key};
  const Digest digest = sha256(said.record);
  const Verifier& verifier = work.setup.verifier();
  Message message{.kind = Word::Record, .host = place};
  message.hash = (Hash() << message.kind << digest).value();
  if (auto outcome = verifier.open_stored<Outcome>(said.record, context::kOutcome, keys)) {
    message.text = "the outcome of " + work.setup.name_of((*outcome)->attempt);
    message.to_centre = coordinator::RecordArrived{
        .link = member.link, .record = *std::move(outcome), .digest = digest};
  } else {
    auto closed = *verifier.open_stored<ClosedRecord>(said.record, context::kClosed, keys);
    message.text = "the closed record of " + work.setup.name_of(closed->attempt);
    message.to_centre = coordinator::RecordArrived{
        .link = member.link, .record = std::move(closed), .digest = digest};
  }
  work.send(std::move(message));
}

// It changes what people are told, and little else: it need not linger.
void tell(Work& work, std::size_t place, const Rejection& said) {
  centre_takes(work, coordinator::HostSaid{.link = work.setup.members.at(place).link,
                                           .gate = sim::link_key("gate"),
                                           .message = said});
}

struct Run {
  Work& work;
  std::size_t place;

  void operator()(const executor::Preflight& order) const {
    executor_takes(work, place, executor::Preflighted{order.attempt, ""});
  }
  void operator()(const executor::LaunchShim& order) const {
    task_is_launched(work, place, order.attempt);
    work.host(place).launched.push_back({.attempt = order.attempt, .own = true});
  }
  // Answered when it ends; at once if it has by now.
  void operator()(const executor::WatchShim& order) const {
    if (!work.host(place).folders[order.attempt].alive) inspect(order.attempt);
  }
  void operator()(const executor::BarStart& order) const {
    Folder& folder = work.host(place).folders[order.attempt];
    if (!folder.started) folder.barred = true;
    inspect(order.attempt);
  }
  void operator()(const executor::LookAgainAt& order) const {
    const Host& host = work.see_host(place);
    executor::Finding finding;
    const bool there = host.installed.contains(order.attempt.plan);
    finding.holds = there && !host.broken ? Holds::Yes : Holds::No;
    executor_takes(work, place, executor::LookedAgain{order.attempt, finding});
  }
  void operator()(const executor::SignRecord& order) const {
    sim::FakeSigner signer(work.setup.members.at(place).record_key);
    const bool closed = std::holds_alternative<ClosedRecord>(order.record);
    const Bytes payload =
        std::visit([](const auto& record) { return encode(record); }, order.record);
    const Bytes record = *seal(closed ? context::kClosed : context::kOutcome, payload, signer);
    executor_takes(work, place, executor::RecordSigned{order.attempt, record, sha256(record)});
  }
  void operator()(const executor::RemoveFolder& order) const {
    work.host(place).folders.erase(order.attempt);
  }
  void operator()(const executor::TellAgent& order) const {
    if (const auto* record = std::get_if<RecordMessage>(&order.message)) {
      tell(work, place, *record);
    } else if (const auto* rejection = std::get_if<Rejection>(&order.message)) {
      tell(work, place, *rejection);
    }  // the state is asked for before each report
  }

 private:
  void inspect(const AttemptId& attempt) const {
    executor_takes(work, place,
                   executor::Inspected{attempt, evidence_of(work.see_host(place), attempt)});
  }
};

}  // namespace

AttemptEvidence evidence_of(const Host& host, const AttemptId& attempt) {
  const auto found = host.folders.find(attempt);
  if (found == host.folders.end()) return {};
  const Folder& folder = found->second;
  return {.started = folder.started,
          .barred = folder.barred,
          .alive = folder.alive,
          .result = folder.result};
}

void run(Work& work, std::size_t place, const executor::ExecutorCommand& command) {
  std::visit(Run{.work = work, .place = place}, command);
}

void shim_begins(Work& work, std::size_t place, std::size_t launch) {
  Host& host = work.host(place);
  const Launch shim = host.launched.at(launch);
  host.launched.erase(host.launched.begin() + static_cast<std::ptrdiff_t>(launch));
  Folder& folder = host.folders[shim.attempt];
  if (folder.barred || folder.started) {
    // Its end is noticed by the executor that launched it.
    if (!shim.own) return;
    executor_takes(work, place, executor::Inspected{shim.attempt, evidence_of(host, shim.attempt)});
    return;
  }
  folder.started = true;
  folder.alive = true;
  task_begins(work, place, shim.attempt);
  if (shim.own) executor_takes(work, place, executor::ShimStarted{shim.attempt});
}

void task_ends(Work& work, std::size_t place, const AttemptId& attempt, Ending ending) {
  Host& host = work.host(place);
  const bool well = ending == Ending::Well;
  host.ends += 1;
  Folder& folder = host.folders.at(attempt);
  folder.alive = false;
  folder.result = executor::TaskResult{};
  folder.result->exit_code = well ? 0 : 100;
  folder.result->finished_at = now_of(work.world(), host).wall;
  if (well) host.installed.insert(attempt.plan);
  host.broken = !well;
  host.excused = false;
  executor_takes(work, place, executor::Inspected{attempt, evidence_of(host, attempt)});
}

}  // namespace mainstay::model
