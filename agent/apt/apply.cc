#include "agent/apt/apply.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/apt/document.h"
#include "agent/apt/install.h"
#include "agent/apt/output.h"
#include "agent/apt/root.h"
#include "agent/apt/status.h"
#include "common/core/check.h"

namespace mainstay::apt {
namespace {

constexpr std::size_t kFragmentMax = 1024 * 1024;  // bytes

struct Pipe {
  int read = -1;
  int write = -1;
};

bool make_pipe(Pipe& made) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  made = {.read = ends[0], .write = ends[1]};
  return true;
}

/// Maintainer scripts get nothing of the caller's environment and nobody to ask.
void set_environment() {
  clearenv();
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("HOME", "/root", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  setenv("DEBIAN_FRONTEND", "noninteractive", 1);
  setenv("DEBCONF_NONINTERACTIVE_SEEN", "true", 1);
  setenv("APT_LISTCHANGES_FRONTEND", "none", 1);
  setenv("NEEDRESTART_MODE", "l", 1);  // list only: restarting is a step of the plan
  setenv("UCF_FORCE_CONFFOLD", "1", 1);
}

// For the handler of SIGTERM, which the shim sends at the time limit.
volatile sig_atomic_t told_to_end = 0;
volatile pid_t installer = 0;

/// Whoever installs decides: before dpkg is at work it ends, while dpkg is, it goes on.
void pass_on_the_end(int number) {
  told_to_end = 1;
  if (installer > 0) kill(installer, number);
}

/// Between fork and the child's own disposition a signal would be lost, so it waits.
class HeldBack {
 public:
  HeldBack() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, &before_);
  }
  HeldBack(const HeldBack&) = delete;
  HeldBack& operator=(const HeldBack&) = delete;
  ~HeldBack() { let_go(); }
  void let_go() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

[[noreturn]] void run_child(const Options& options, int output, int answer) {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(nothing >= 0);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  set_environment();
  InstallReport report;
  if (const auto root = open_root(options.root)) {
    report = install(*root, options);
  } else {
    report = {.code = root.error().code, .detail = root.error().detail};
  }
  write_all(answer, install_fragment(report));
  // Not exit(): the parent's buffers and libapt-pkg's globals are not this process' to tidy.
  _exit(static_cast<int>(report.code));
}

/// One read of the answer; false at its end.
bool drain(int answer, std::string& kept) {
  std::array<char, 4096> buffer{};
  const ssize_t count = read(answer, buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  kept.append(buffer.data(), static_cast<std::size_t>(count));
  if (kept.size() > kFragmentMax) kept.resize(kFragmentMax);
  return true;
}

constexpr int kLookAfterReader = 200;  // ms

/// Until the answer ends: a daemon started by a maintainer script may keep the output open forever.
void listen(OutputReader& output, int answer, std::string& fragment) {
  bool printing = true;
  for (;;) {
    const bool ours = !output.reads() && printing;
    std::array<pollfd, 2> sources{
        pollfd{.fd = answer, .events = POLLIN, .revents = 0},
        pollfd{.fd = ours ? output.descriptor() : -1, .events = POLLIN, .revents = 0}};
    if (poll(sources.data(), sources.size(), kLookAfterReader) < 0) {
      if (errno != EINTR) return;
      continue;
    }
    if (sources[1].revents != 0) printing = output.read_some();
    if (sources[0].revents != 0 && !drain(answer, fragment)) return;
  }
}

ExitCode code_of(int status) {
  if (!WIFEXITED(status)) return ExitCode::InstallFailed;
  const int code = WEXITSTATUS(status);
  const bool ours = code == 0 || (code >= static_cast<int>(ExitCode::Drift) &&
                                  code <= static_cast<int>(ExitCode::NoRoom));
  return ours ? static_cast<ExitCode>(code) : ExitCode::InstallFailed;
}

ApplyEnd run(const Options& options) {
  ApplyEnd end{.code = ExitCode::InstallFailed,
               .detail = "no process could be started",
               .fragment = {},
               .output = {}};
  // The shim may be killed, and what is said to it then must not end us.
  signal(SIGPIPE, SIG_IGN);
  OutputReader reader;
  Pipe answer;
  if (!reader.start() || !make_pipe(answer)) return end;
  signal(SIGTERM, pass_on_the_end);
  {
    const HeldBack held;
    const pid_t child = fork();
    if (child < 0) return end;
    if (child == 0) {
      close(answer.read);
      signal(SIGTERM, SIG_DFL);
      held.let_go();
      run_child(options, reader.become_writer(), answer.write);
    }
    installer = child;
  }
  close(answer.write);
  reader.become_listener();
  listen(reader, answer.read, end.fragment);
  end.output = reader.finish();
  int status = 0;
  while (waitpid(installer, &status, 0) < 0 && errno == EINTR) continue;
  signal(SIGTERM, SIG_IGN);  // its number may be another's from now on; what is left is short
  end.code = code_of(status);
  if (end.code == ExitCode::Ok) {
    end.detail.clear();
  } else if (told_to_end != 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) {
    end.detail = "the time limit was over before dpkg was at work";
  } else {
    end.detail = "the installing process ended without an answer";
  }
  return end;
}

}  // namespace

Answer apply(const Options& options) {
  const auto refused = [](const Refusal& refusal) {
    return Answer{.code = refusal.code, .document = refusal_document("apply", refusal)};
  };
  const auto root = find_root(options.root);
  if (!root) return refused(root.error());
  if (geteuid() != 0) return refused({.code = ExitCode::Usage, .detail = "apply must be root"});
  ApplyEnd end = run(options);
  const auto database = read_database(root->database);
  if (!database) return refused(database.error());
  const bool all = std::ranges::all_of(
      options.set, [&](const PackageVersion& package) { return holds(*database, package); });
  if (end.code == ExitCode::Ok && !all) {
    end.code = ExitCode::InstallFailed;
    end.detail = "installed without complaint, and yet the host does not hold the set";
  }
  return {.code = end.code, .document = apply_document(end, options.set, *database)};
}

}  // namespace mainstay::apt
