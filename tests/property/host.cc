// The executor's process on its machine: the real core, and a shell that opens, signs and passes
// on.
#include "common/core/digest.h"
#include "tests/property/books.h"

namespace mainstay::model {

namespace {

using Word = Message::Kind;

std::string key_of_row(const executor::HostRow& row) {
  const auto* attempt = std::get_if<AttemptRow>(&row);
  return attempt != nullptr ? attempt_key(attempt->attempt) : std::string(kHostStateKey);
}

BootId boot_id(std::size_t place, std::uint32_t boots) {
  return {sha256(as_bytes("boot " + std::to_string(place) + " " + std::to_string(boots))).value};
}

}  // namespace

void executor_takes(Work& work, std::size_t place, const executor::ExecutorEvent& event) {
  const std::uint32_t starts = work.executor_starts.at(place);
  Rng rng(1);
  Host& host = work.host(place);
  const executor::ExecutorEffects effects =
      executor::step(host.journal, event, work.setup.host_limits, now_of(work.world(), host), rng);
  for (const auto& write : effects.writes) {
    if (write.erase) {
      host.disk.erase(key_of_row(write.row));
      continue;
    }
    host.disk.insert_or_assign(key_of_row(write.row), write.row);
    row_is_durable(work, place, write.row);
  }
  if (!effects.writes.empty() && !effects.commands.empty() && work.dies_here()) {
    start_executor(work, place);
    return;
  }
  for (const auto& command : effects.commands) {
    run(work, place, command);
    // It died of the step that this command led to.
    if (work.executor_starts.at(place) != starts) return;
  }
}

void start_executor(Work& work, std::size_t place) {
  work.executor_starts.at(place) += 1;
  Host& host = work.host(place);
  executor::Journal journal = work.setup.blank_journal(place);
  journal.boot = boot_id(place, host.boots);
  executor::Restarted event;
  for (const auto& [key, row] : host.disk) {
    if (const auto* state = std::get_if<HostStateRow>(&row)) {
      journal.host = *state;
      continue;
    }
    const auto& attempt = std::get<AttemptRow>(row);
    journal.attempts[attempt.attempt].row = attempt;
    if (attempt.phase >= AttemptPhase::Finished) continue;
    event.found.push_back(
        {.attempt = attempt.attempt, .evidence = evidence_of(host, attempt.attempt)});
  }
  host.journal = std::move(journal);
  for (auto& launch : host.launched) launch.own = false;
  executor_takes(work, place, event);
}

void boot_machine(Work& work, std::size_t place) {
  Host& host = work.host(place);
  host.boots += 1;
  host.booted = work.world().now();
  host.launched.clear();
  for (auto& [attempt, folder] : host.folders) {
    if (!folder.alive) continue;
    folder.alive = false;
    host.broken = true;  // half of it is installed
    host.excused = false;
    host.ends += 1;
  }
  start_executor(work, place);
}

Message report_of(Work& work, std::size_t place) {
  executor_takes(work, place, executor::StateAsked{});
  const Host& host = work.see_host(place);
  const Now now = now_of(work.world(), host);
  Report report;
  report.boot = host.journal.boot;
  report.boottime = now.mono;
  report.wall = now.wall + 1ms;
  report.health.broken_packages = host.broken ? 1 : 0;
  report.health_at = report.wall;
  report.control_seen = host.journal.host.control_number;
  report.roster_seen = host.journal.roster.number;
  report.open = executor::state_message(host.journal).open;
  Message message{.kind = Word::Report, .host = place};
  message.rank = static_cast<std::uint64_t>(to_ms(report.wall));
  Hash hash;
  hash << message.kind << place << report.boot << report.boottime << report.wall << report.health;
  for (const auto& each : report.open) hash << each.attempt << each.phase;
  message.hash = hash.value();
  message.text = "an older report";
  message.to_centre = coordinator::HostSaid{
      .link = work.setup.members.at(place).link, .gate = sim::link_key("gate"), .message = report};
  return message;
}

}  // namespace mainstay::model
