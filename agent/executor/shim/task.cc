#include "agent/executor/shim/task.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/executor/shim/capture.h"
#include "agent/executor/shim/sandbox.h"
#include "common/loop/clock.h"
#include "common/loop/fd.h"
#include "common/loop/files.h"

namespace mainstay {

namespace {

using loop::Fd;

constexpr std::int64_t kNoUser = 0xffff'ffff;  // as a number of a user: none
// After the task's own end, for what its children still have in the pipe.
constexpr Duration kDrainMax = std::chrono::milliseconds(500);
// For a killed group to be gone; a process in uninterruptible sleep may need for ever.
constexpr Duration kEndMax = std::chrono::seconds(5);

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(Fault::Unavailable, loop::describe_errno("pipe", errno));
  }
  return Pipe{.read = Fd(ends[0]), .write = Fd(ends[1])};
}

[[noreturn]] void give_up(int report, const std::string& reason) {
  [[maybe_unused]] const auto written = ::write(report, reason.data(), reason.size());
  ::_exit(127);
}

// The system's own folders, none of which a user can write to.
constexpr std::array<std::string_view, 6> kProgramFolders = {
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"};

std::string search_path() {
  std::string path = "PATH=";
  for (const auto folder : kProgramFolders) path += std::string(folder) + ":";
  path.pop_back();
  return path;
}

/// By path, or by name in the folders above. Not execvpe: it hands what is no program to a shell.
void exec_program(const std::string& program, std::span<char* const> argv,
                  std::span<char* const> environment) {
  if (program.contains('/')) {
    ::execve(program.c_str(), argv.data(), environment.data());
    return;
  }
  for (const auto folder : kProgramFolders) {
    const std::string path = std::string(folder) + "/" + program;
    ::execve(path.c_str(), argv.data(), environment.data());
    if (errno != ENOENT) return;
  }
}

sigset_t only_term() {
  sigset_t set{};
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  return set;
}

/// In the child. Only what went wrong before exec comes through `report`.
[[noreturn]] void become(const TaskOrder& order, int output, int report, int lock) {
  const pid_t shim = ::getppid();
  ::setpgid(0, 0);
  for (const int number : {SIGPIPE, SIGHUP, SIGINT}) ::signal(number, SIG_DFL);
  const sigset_t term = only_term();
  ::sigprocmask(SIG_UNBLOCK, &term, nullptr);
  const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::string answer = order.folder + "/answer";
  const Fd apart(order.answer_apart
                     ? ::open(answer.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
                     : ::fcntl(output, F_DUPFD_CLOEXEC, 3));
  if (::dup2(null.get(), 0) < 0 || ::dup2(apart.get(), 1) < 0 || ::dup2(output, 2) < 0) {
    give_up(report, loop::describe_errno("dup2", errno));
  }
  // Whatever we hold, or were handed by mistake, ends at exec; only a root task's lock goes on.
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
    give_up(report, loop::describe_errno("close_range", errno));
  }
  if (order.throw_away) {
    const Status entered = sandbox::enter(*order.throw_away);
    if (!entered) give_up(report, entered.error().detail);
    // After the change of user, which clears it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != shim) ::_exit(127);  // it died before we asked
  } else {
    ::fcntl(lock, F_SETFD, 0);
  }
  if (::chdir("/") != 0) give_up(report, loop::describe_errno("/", errno));
  std::vector<char*> argv;
  for (const auto& argument : order.argv) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  // The whole environment: nothing of ours, or of whoever started us, reaches a task.
  const std::array<std::string, 4> given = {search_path(), "LC_ALL=C.UTF-8", "HOME=/nonexistent",
                                            "DEBIAN_FRONTEND=noninteractive"};
  std::vector<char*> environment;
  for (const auto& variable : given) environment.push_back(const_cast<char*>(variable.c_str()));
  environment.push_back(nullptr);
  exec_program(order.argv[0], argv, environment);
  give_up(report, loop::describe_errno(order.argv[0], errno));
}

/// False at the end of the stream.
bool read_some(int fd, Capture& capture) {
  std::array<std::byte, 16384> buffer{};
  const ssize_t count = ::read(fd, buffer.data(), buffer.size());
  if (count > 0) capture.add(ByteView(buffer).first(static_cast<std::size_t>(count)));
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

/// SIGTERM waits blocked until it is asked for here: the machine goes down, or the unit is stopped.
bool was_asked_to_end() {
  const sigset_t set = only_term();
  const timespec none{};
  return ::sigtimedwait(&set, nullptr, &none) == SIGTERM;
}

/// Whether a request to end is listened to: once, for its grace is what it brings.
enum class Heed { Requests, Nobody };

struct Patience {
  Instant until;
  Heed heed;
};

/// Reads until the child has ended, `until` has passed or the end was asked for; true if it has
/// ended. SIGCHLD is not needed: a short poll costs nothing beside a task.
bool watch(pid_t child, int output, Capture& capture, Patience patience, int& status) {
  bool open = true;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno == ECHILD)) break;
    if (loop::boottime_now() >= patience.until) return false;
    if (patience.heed == Heed::Requests && was_asked_to_end()) return false;
    pollfd wait{.fd = open ? output : -1, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 50) > 0) open = read_some(output, capture);
  }
  const Instant drained = loop::boottime_now() + kDrainMax;
  while (open && loop::boottime_now() < drained) {
    pollfd wait{.fd = output, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 20) <= 0) break;
    open = read_some(output, capture);
  }
  return true;
}

/// The same for what a killed child has left of its group. As long as one of it lives nobody else
/// gets its number.
bool watch_group(pid_t group, int output, Capture& capture, Instant until) {
  bool open = true;
  for (;;) {
    while (::waitpid(-group, nullptr, WNOHANG) > 0) continue;  // orphans come to us
    if (::kill(-group, 0) != 0 && errno == ESRCH) return true;
    if (loop::boottime_now() >= until) return false;
    pollfd wait{.fd = open ? output : -1, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 50) > 0) open = read_some(output, capture);
  }
}

std::string read_report(int fd) {
  std::array<char, 256> buffer{};
  const ssize_t count = ::read(fd, buffer.data(), buffer.size());
  return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

TaskEnd not_run(std::string reason) {
  TaskEnd end;
  end.exit_code = 127;
  end.reason = std::move(reason);
  return end;
}

}  // namespace

Result<TaskOrder> parse_order(std::span<char* const> arguments) {
  TaskOrder order;
  std::size_t at = 0;
  const auto next = [&]() -> std::string {
    return at < arguments.size() ? arguments[at++] : std::string();
  };
  const auto number = [&](std::int64_t& value) {
    const std::string text = next();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value > 0;
  };
  order.folder = next();
  for (std::string word = next(); word != "--"; word = next()) {
    std::int64_t value = 0;
    if (word == "--within-ms" && number(value)) {
      order.within = Duration(value);
    } else if (word == "--grace-ms" && number(value)) {
      order.grace = Duration(value);
    } else if (word == "--throw-away" && number(value) && value < kNoUser) {
      order.throw_away = static_cast<uid_t>(value);
    } else if (word == "--answer-apart") {
      order.answer_apart = true;
    } else {
      return fail(Fault::Malformed, "unexpected argument \"" + word + "\"");
    }
  }
  while (at < arguments.size()) order.argv.push_back(next());
  const std::string program = order.argv.empty() ? "" : order.argv[0];
  const bool named = program.starts_with('/') || (!program.empty() && !program.contains('/'));
  if (!order.folder.starts_with('/') || !named || order.within <= Duration(0)) {
    return fail(Fault::Malformed,
                "use: mainstay-task FOLDER --within-ms N [--grace-ms N] [--throw-away UID] "
                "[--answer-apart] -- PROGRAM ARGUMENT...");
  }
  return order;
}

TaskEnd run_task(const TaskOrder& order, int lock) {
  auto output = make_pipe();
  auto report = make_pipe();
  if (!output || !report) return not_run("no pipe");
  Instant until = loop::boottime_now() + order.within;
  const sigset_t term = only_term();
  ::sigprocmask(SIG_BLOCK, &term, nullptr);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const pid_t child = ::fork();
  if (child < 0) return not_run(loop::describe_errno("fork", errno));
  if (child == 0) become(order, output->write.get(), report->write.get(), lock);
  ::setpgid(child, child);  // both sides do it, so that there is no gap
  output->write.reset();
  report->write.reset();

  Capture capture;
  TaskEnd end;
  int status = 0;
  bool over = watch(child, output->read.get(), capture, {until, Heed::Requests}, status);
  if (!over && loop::boottime_now() < until) {
    end.reason = "it was asked to end, as when the machine goes down";
    until = loop::boottime_now();
  }
  if (!over && order.grace > Duration(0)) {
    end.timed_out = true;
    ::kill(child, SIGTERM);  // it alone: it knows what of its group may be ended
    over = watch(child, output->read.get(), capture, {until + order.grace, Heed::Nobody}, status);
  }
  if (over && WIFSIGNALED(status) && !order.throw_away) {
    over = watch_group(child, output->read.get(), capture, until + order.grace);
  }
  if (!over) {
    end.timed_out = true;
    ::kill(-child, SIGKILL);
    watch(child, output->read.get(), capture, {Instant::max(), Heed::Nobody}, status);
    watch_group(child, output->read.get(), capture, loop::boottime_now() + kEndMax);
  }
  if (order.throw_away) {
    ::kill(-child, SIGKILL);
    sandbox::end_all_of(*order.throw_away);
  }
  if (const std::string said = read_report(report->read.get()); !said.empty()) end.reason = said;
  end.exit_code = exit_code_of(status);
  end.output_bytes = capture.total();
  end.output = capture.kept();
  return end;
}

}  // namespace mainstay
