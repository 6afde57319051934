#include "agent/apt/apply.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/apt/document.h"
#include "agent/apt/install.h"
#include "agent/apt/root.h"
#include "agent/apt/status.h"
#include "common/core/check.h"

namespace mainstay::apt {
namespace {

constexpr std::size_t kOutputKept = 8192;          // bytes, the last ones
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

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // whoever read is gone; what was done stays done
    text.remove_prefix(static_cast<std::size_t>(written));
  }
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

/// One read of what is there; false at the end. `room` bounds what is kept, from the front or the
/// back.
enum class Keep { First, Last };
bool drain(int descriptor, std::string& kept, std::size_t room, Keep keep) {
  std::array<char, 4096> buffer{};
  const ssize_t count = read(descriptor, buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(count));
  if (keep == Keep::Last) write_all(STDERR_FILENO, text);
  kept += text;
  if (kept.size() > room) {
    keep == Keep::Last ? kept.erase(0, kept.size() - room) : kept.erase(room);
  }
  return true;
}

void listen(int output, int answer, ApplyEnd& end) {
  std::array<pollfd, 2> sources{pollfd{.fd = output, .events = POLLIN, .revents = 0},
                                pollfd{.fd = answer, .events = POLLIN, .revents = 0}};
  // Until the answer ends: a daemon started by a maintainer script may keep the output open
  // forever.
  while (sources[1].fd >= 0) {
    if (poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR) return;
    if (sources[0].revents != 0 && !drain(output, end.output, kOutputKept, Keep::Last)) {
      sources[0].fd = -1;
    }
    if (sources[1].revents != 0 && !drain(answer, end.fragment, kFragmentMax, Keep::First)) {
      sources[1].fd = -1;
    }
  }
  pollfd rest{.fd = output, .events = POLLIN, .revents = 0};
  while (poll(&rest, 1, 0) > 0 && drain(output, end.output, kOutputKept, Keep::Last)) continue;
}

ExitCode code_of(int status) {
  if (!WIFEXITED(status)) return ExitCode::InstallFailed;
  const int code = WEXITSTATUS(status);
  const bool ours = code == 0 || (code >= static_cast<int>(ExitCode::Drift) &&
                                  code <= static_cast<int>(ExitCode::InstallFailed));
  return ours ? static_cast<ExitCode>(code) : ExitCode::InstallFailed;
}

ApplyEnd run(const Options& options) {
  ApplyEnd end{.code = ExitCode::InstallFailed,
               .detail = "no process could be started",
               .fragment = {},
               .output = {}};
  Pipe output;
  Pipe answer;
  if (!make_pipe(output) || !make_pipe(answer)) return end;
  const pid_t child = fork();
  if (child < 0) return end;
  if (child == 0) run_child(options, output.write, answer.write);
  close(output.write);
  close(answer.write);
  listen(output.read, answer.read, end);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  end.code = code_of(status);
  end.detail = end.code == ExitCode::Ok ? "" : "the installing process ended without an answer";
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
