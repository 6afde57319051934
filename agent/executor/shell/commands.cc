// The executor's commands, carried out.
#include <algorithm>

#include <sys/stat.h>

#include "agent/executor/shell/executor.h"
#include "agent/executor/shell/leftovers.h"
#include "agent/executor/shim/traces.h"
#include "agent/task/look.h"
#include "agent/task/restart.h"
#include "common/core/digest.h"
#include "common/loop/environment.h"
#include "common/loop/files.h"
#include "common/wire/open.h"

namespace mainstay::executor {

namespace {

constexpr Duration kPollInterval = std::chrono::milliseconds(50);
// A machine that has just booted may still be starting its services.
constexpr Duration kLookTimeMax = std::chrono::minutes(10);
// systemd needs a fifth of a second for itself (measured); a slow machine more.
constexpr Duration kStartPause = std::chrono::seconds(2);
constexpr std::size_t kWordsMax = 300;

/// Printable: it names processes and files, which choose their names themselves.
std::string first_line(ByteView output) {
  std::string line(as_text(output).substr(0, kWordsMax));
  line.resize(std::min(line.find('\n'), line.size()));
  std::ranges::replace_if(line, [](char c) { return c < ' ' || c > '~'; }, '?');
  return line;
}

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
  if (const auto restart = task::restart_argv(config_.restart_helper, command.step)) {
    argv.emplace_back("--");
    argv.insert(argv.end(), restart->begin(), restart->end());
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
  const Status launched = argv ? launch(command, *std::move(argv)) : std::unexpected(argv.error());
  if (launched) {
    starting_.insert(attempt);
    poll_.repeat(kPollInterval, [this] { poll(); });
    log_.event(Level::Info, "shim.launched", {{"attempt", short_name(attempt)}});
    return;
  }
  log_.event(Level::Error, "shim.failed",
             {{"attempt", short_name(attempt)}, {"why", launched.error().detail}});
  inspect_later(attempt);
}

Status Executor::launch(const LaunchShim& command, task::Argv argv) {
  const AttemptId attempt = command.attempt;
  if (units_) {
    return units_->start(attempt, command.step, std::move(argv), [this, attempt](std::string why) {
      if (why.empty()) {
        shim_ended(attempt);
        return;
      }
      log_.event(Level::Warn, "unit.unwatched", {{"attempt", short_name(attempt)}, {"why", why}});
      starting_.erase(attempt);
      inspect_later(attempt);
    });
  }
  // No time limit: the shim keeps the task's, and shall outlive us.
  TRY(shims_[attempt],
      loop::Process::start(
          loop_,
          {.argv = argv, .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, .time_max = {}},
          [this, attempt](const loop::ProcessResult& result) {
            if (!result.error_output.empty()) {
              log_.event(Level::Warn, "shim.said",
                         {{"attempt", short_name(attempt)},
                          {"words", std::string(as_text(result.error_output))}});
            }
            shim_ended(attempt);
          }));
  return {};
}

void Executor::shim_ended(const AttemptId& attempt) {
  starting_.erase(attempt);
  shims_.erase(attempt);
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

/// systemd listens to nobody for a moment while it starts itself anew, and may have the unit all
/// the same: what is tried again is tried after that.
void Executor::inspect_later(const AttemptId& attempt) {
  auto& pause = pauses_[attempt];
  pause = std::make_unique<loop::Timer>(loop_);
  pause->start(kStartPause, [this, attempt] {
    const auto done = pauses_.extract(attempt);  // this call is its own
    inspect(attempt);
  });
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

/// The helper's exit says whether it is so, its first words why not.
void Executor::look_at_restart(const AttemptId& attempt, task::Argv argv) {
  const auto tell = [this, attempt](Finding::Holds holds, std::string reason) {
    feed(LookedAgain{.attempt = attempt,
                     .finding = {.holds = holds, .reason = std::move(reason), .installed = {}}});
  };
  auto look = loop::Process::start(
      loop_,
      {.argv = std::move(argv),
       .environment = loop::system_environment(),
       .time_max = kLookTimeMax},
      [this, attempt, tell](const loop::ProcessResult& result) {
        const bool told = result.end == loop::ProcessResult::End::Exited && result.code <= 1;
        std::string words = first_line(result.output);
        if (!told) words = "the restart helper did not answer " + words;
        const auto holds = result.succeeded() ? Finding::Holds::Yes
                           : told             ? Finding::Holds::No
                                              : Finding::Holds::CannotTell;
        const auto done = looks_.extract(attempt);  // this call is its own
        tell(holds, result.succeeded() ? "" : words);
      });
  if (look) {
    looks_[attempt] = std::move(*look);
  } else {
    tell(Finding::Holds::CannotTell, look.error().detail);
  }
}

void Executor::run(const LookAgainAt& command) {
  if (auto argv = task::restart_look_argv(config_.restart_helper, command.step)) {
    look_at_restart(command.attempt, *std::move(argv));
    return;
  }
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
