// The executor's commands, carried out.
#include <algorithm>

#include <sys/stat.h>

#include "agent/executor/shell/executor.h"
#include "agent/executor/shell/leftovers.h"
#include "agent/executor/shim/traces.h"
#include "agent/task/look.h"
#include "common/core/digest.h"
#include "common/loop/files.h"
#include "common/wire/open.h"

namespace mainstay::executor {

namespace {

constexpr Duration kPollInterval = std::chrono::milliseconds(50);

}  // namespace

void Executor::run(const Preflight& command) {
  patches_.preflight(command.packages, [this, attempt = command.attempt](std::string refusal) {
    if (!refusal.empty()) {
      log_.event(Level::Warn, "preflight.refused",
                 {{"attempt", short_name(attempt)}, {"why", refusal}});
    }
    feed(Preflighted{.attempt = attempt, .refusal = std::move(refusal)});
  });
}

Result<task::Argv> Executor::shim_argv(const LaunchShim& command) const {
  TRY_STATUS(folders_.make(command.attempt));
  const std::string folder = folders_.path(command.attempt);
  task::Argv argv = {config_.task_helper, folder, "--within-ms",
                     std::to_string(command.step.within.count())};
  if (kind_of(command.step) == TaskKind::Patch) {
    task::Argv apply = {"/bin/true"};
    if (!command.packages.empty()) {
      const std::string set = folder + "/set";
      TRY_STATUS(loop::write_file_durably(set, as_bytes(task::set_text(command.packages)), 0600));
      apply = task::apply_argv({.helper = config_.apt_helper,
                                .root = config_.patch_root,
                                .lock_wait = config_.lock_wait},
                               set);
      argv.insert(argv.end(),
                  {"--grace-ms", std::to_string(task::kPatchGrace.count()), "--answer-apart"});
    }
    argv.emplace_back("--");
    argv.insert(argv.end(), apply.begin(), apply.end());
    return argv;
  }
  const auto look = task::look_argv(command.step);
  if (!look)
    return fail(Fault::Malformed, "the program of the step is neither a name nor an absolute path");
  argv.insert(argv.end(), {"--throw-away", std::to_string(throw_away_uid(command.attempt)), "--"});
  argv.insert(argv.end(), look->begin(), look->end());
  return argv;
}

void Executor::run(const LaunchShim& command) {
  const AttemptId attempt = command.attempt;
  auto argv = shim_argv(command);
  if (argv) {
    // No time limit: the shim keeps the task's, and shall outlive us.
    auto shim = loop::Process::start(
        loop_,
        {.argv = *argv, .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, .time_max = {}},
        [this, attempt](const loop::ProcessResult& result) {
          if (!result.error_output.empty()) {
            log_.event(Level::Warn, "shim.said",
                       {{"attempt", short_name(attempt)},
                        {"words", std::string(as_text(result.error_output))}});
          }
          starting_.erase(attempt);
          shims_.erase(attempt);
          inspect(attempt);
        });
    if (shim) {
      shims_[attempt] = std::move(*shim);
      starting_.insert(attempt);
      poll_.repeat(kPollInterval, [this] { poll(); });
      log_.event(Level::Info, "shim.launched", {{"attempt", short_name(attempt)}});
      return;
    }
    argv = std::unexpected(shim.error());
  }
  log_.event(Level::Error, "shim.failed",
             {{"attempt", short_name(attempt)}, {"why", argv.error().detail}});
  inspect(attempt);
}

void Executor::run(const WatchShim& command) {
  watched_.insert(command.attempt);
  poll_.repeat(kPollInterval, [this] { poll(); });
}

void Executor::poll() {
  std::vector<AttemptId> started;
  for (const auto& attempt : starting_) {
    if (folders_.has_started(attempt)) started.push_back(attempt);
  }
  for (const auto& attempt : started) {
    starting_.erase(attempt);
    // It may be barred as well; only the look inside tells.
    const AttemptEvidence evidence = folders_.inspect(attempt);
    if (evidence.unreadable) {
      starting_.insert(attempt);
    } else if (evidence.started) {
      feed(ShimStarted{attempt});
    }
  }
  std::vector<AttemptId> ended;
  for (const auto& attempt : watched_) {
    if (folders_.inspect(attempt).alive) {
      end_if_overdue(attempt);
    } else {
      ended.push_back(attempt);
    }
  }
  for (const auto& attempt : ended) {
    watched_.erase(attempt);
    inspect(attempt);
  }
  if (starting_.empty() && watched_.empty()) poll_.stop();
}

void Executor::inspect(const AttemptId& attempt) {
  feed(Inspected{.attempt = attempt, .evidence = find_evidence(folders_, attempt)});
}

void Executor::end_if_overdue(const AttemptId& attempt) {
  const auto started = folders_.started(attempt);
  const auto entry = driver_.state().attempts.find(attempt);
  if (!started || entry == driver_.state().attempts.end()) return;
  const Duration within = entry->second.row.step.within;
  if (!is_overdue(*started, driver_.state().boot, within, loop_.now().mono)) return;
  const std::string lock = folders_.path(attempt) + "/" + std::string(traces::kLock);
  if (!end_session(started->pid, lock)) return;
  log_.event(Level::Warn, "task.overran",
             {{"attempt", short_name(attempt)}, {"why", "its shim did not end it"}});
}

void Executor::run(const BarStart& command) {
  const Status barred = folders_.bar(command.attempt, driver_.state().boot, loop_.now().wall);
  if (!barred) {
    // Tried again at the next tick: without it the attempt must not be called closed.
    log_.event(Level::Error, "bar.failed", {{"why", barred.error().detail}});
    return;
  }
  inspect(command.attempt);
}

void Executor::run(const LookAgainAt& command) {
  patches_.look(command.packages, [this, attempt = command.attempt](Finding finding) {
    if (finding.holds == Finding::Holds::No) {
      // What the package manager said is worth more to a person than which version stayed.
      const std::string path = folders_.path(attempt) + "/" + std::string(traces::kAnswer);
      const auto said = loop::read_file(path, kAptAnswerBytesMax);
      const auto answer = said ? read_apt_answer(as_text(*said), "apply")
                               : Result<AptAnswer>(std::unexpected(said.error()));
      if (answer && answer->exit != 0) finding.reason += "; " + complaint_of(*answer);
    }
    feed(LookedAgain{.attempt = attempt, .finding = std::move(finding)});
  });
}

void Executor::run(const SignRecord& command) {
  const auto* outcome = std::get_if<Outcome>(&command.record);
  const auto* closed = std::get_if<ClosedRecord>(&command.record);
  const auto record = outcome != nullptr ? seal(context::kOutcome, encode(*outcome), signer_)
                                         : seal(context::kClosed, encode(*closed), signer_);
  if (!record) {
    log_.event(Level::Error, "record.unsigned", {{"why", record.error().detail}});
    return;
  }
  const OutcomeKind kind = outcome != nullptr ? outcome->kind : closed->kind;
  const std::string& reason = outcome != nullptr ? outcome->reason : closed->reason;
  log_.event(
      Level::Info, outcome != nullptr ? "attempt.finished" : "attempt.closed",
      {{"attempt", short_name(command.attempt)}, {"kind", name_of(kind)}, {"reason", reason}});
  feed(RecordSigned{.attempt = command.attempt, .record = *record, .digest = sha256(*record)});
}

void Executor::run(const RemoveFolder& command) {
  const Status removed = folders_.remove(command.attempt);
  if (!removed) log_.event(Level::Warn, "folder.kept", {{"why", removed.error().detail}});
}

void Executor::run(const TellAgent& command) {
  if (const auto* rejection = std::get_if<Rejection>(&command.message)) {
    log_.event(Level::Warn, "dispatch.rejected",
               {{"attempt", short_name(rejection->attempt)}, {"reason", rejection->reason}});
  }
  send(command.message);
}

}  // namespace mainstay::executor
