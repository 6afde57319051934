// mainstay-exec: see --help.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include "agent/executor/shell/executor.h"
#include "agent/executor/shell/load.h"
#include "common/loop/boot_id.h"
#include "common/loop/file_lock.h"
#include "common/loop/notify.h"
#include "common/observe/text_log.h"

namespace mainstay::executor {
namespace {

constexpr std::string_view kHelp =
    R"(mainstay-exec - verifies signed orders and carries them out on this host; runs as root

usage: mainstay-exec [run] --config FILE
       mainstay-exec --version

Takes orders on a unix socket from the agent's user alone, and believes only what is signed. Ends
itself when there was nothing to do for a while; a tool that starts it again is expected. A socket
handed over by the service manager (LISTEN_FDS) is used in place of the configured one.

A service manager starts it, and again after each end. By hand, as root, to see why it does not
come up:
  mainstay-exec --config /etc/mainstay/executor.conf

The file has `key: value` lines: state_directory, socket, agent_uid or agent_user, trust_file, and if
wanted patch_root, tasks, task_slice, apt_helper, task_helper, restart_helper, lock_wait, idle_exit,
log_level.

exit: 0 idle, or ended by a signal - 1 could not go on - 2 wrong use or configuration
)";

constexpr std::size_t kTruthMapBytes = std::size_t{256} << 20U;  // 1024 rows with room to spare

constexpr std::size_t kBallastBytes = std::size_t{16} << 20U;  // some thousand rows on a full disk

int complain(int code, std::string_view words) {
  (void)std::fprintf(stderr, "mainstay-exec: %.*s\n", static_cast<int>(words.size()), words.data());
  return code;
}

/// The one descriptor of sd_listen_fds(3), if it was meant for this process.
std::optional<loop::Fd> handed_over() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (pid == nullptr || count == nullptr) return std::nullopt;
  if (std::string_view(pid) != std::to_string(::getpid()) || std::string_view(count) != "1") {
    return std::nullopt;
  }
  return loop::Fd(3);
}

struct Ready {
  std::unique_ptr<store::LmdbStore> store;
  std::optional<Executor> executor;
};

Status set_up(const ExecutorConfig& config, loop::Loop& loop, Log& log, Ready& ready) {
  TRY(Folders folders, Folders::open(config.state_directory));
  TRY(const BootId boot, loop::boot_id());
  TRY_STATUS(expect_own(config.state_directory));
  TRY(const Trust trust, load_trust(config.trust_file));
  TRY(crypto::SigningKey key, load_record_key(config.state_directory + "/record.key"));
  store::Options options;
  options.directory = config.state_directory + "/journal";
  options.schema.version = MAINSTAY_VERSION;
  options.truth_map_bytes = kTruthMapBytes;
  options.cache_map_bytes = std::size_t{1} << 20U;
  options.ballast_bytes = kBallastBytes;
  options.post = [&loop](store::Work work) {
    if (!loop.post(std::move(work))) std::abort();  // a commit nobody hears of: start afresh
  };
  TRY(ready.store, store::LmdbStore::open(std::move(options)));
  TRY(Journal journal,
      load_journal(*ready.store, trust, {.boot = boot, .record_key = key.public_key()}));
  ready.executor.emplace(Executor::Parts{.loop = loop,
                                         .log = log,
                                         .store = *ready.store,
                                         .folders = std::move(folders),
                                         .record_key = std::move(key),
                                         .listening = handed_over()},
                         config, std::move(journal));
  return ready.executor->start();
}

int run(const std::string& path) {
  ::umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  const auto config = read_executor_config(path);
  if (!config) return complain(2, config.error().detail);
  observe::TextLog log({.level_min = config->log_level});
  ::mkdir(config->state_directory.c_str(), 0700);
  const auto lock = loop::FileLock::take(config->state_directory + "/lock");
  if (!lock) return complain(1, "another executor? " + lock.error().detail);
  loop::Loop loop;
  loop::Notify notify(loop);
  // The order of these is the order of their lives: the store may still post while it closes.
  Ready ready;
  const Status started = set_up(*config, loop, log, ready);
  if (!started) return complain(1, started.error().detail);
  {
    const loop::Signal on_term(loop, SIGTERM, [&loop] { loop.stop(); });
    const loop::Signal on_interrupt(loop, SIGINT, [&loop] { loop.stop(); });
    notify.ready();
    loop.run();
  }
  log.event(Level::Info, "executor.ended", {});
  return 0;
}

}  // namespace
}  // namespace mainstay::executor

int main(int count, char** words) {
  using namespace mainstay::executor;
  auto arguments = std::span(words, static_cast<std::size_t>(count)).subspan(1);
  const auto is = [&](std::size_t at, std::string_view word) {
    return at < arguments.size() && std::string_view(arguments[at]) == word;
  };
  if (is(0, "--help")) {
    (void)std::fwrite(kHelp.data(), 1, kHelp.size(), stdout);
    return 0;
  }
  if (is(0, "--version")) {
    (void)std::puts("mainstay-exec " MAINSTAY_VERSION);
    return 0;
  }
  if (is(0, "run")) arguments = arguments.subspan(1);
  if (arguments.size() != 2 || !is(0, "--config")) {
    return complain(2, "expected [run] --config FILE; see --help");
  }
  return run(arguments[1]);
}
