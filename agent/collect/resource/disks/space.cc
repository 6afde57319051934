#include "agent/collect/resource/disks/space.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/collect/resource/disks/path_lock.h"
#include "common/core/span_text.h"
#include "common/loop/clock.h"
#include "common/loop/fd.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

// Plainly both: whoever reads it has not seen what the look before said.
constexpr const char* kHeld = "does not answer, an earlier look at it has not ended";

/// What a child says: first that it is the one who asks, then what it was told.
struct Answer {
  bool is_asking = false;
  int error = 0;
  Space space;
};

struct Child {
  pid_t pid = -1;
  int start_error = 0;  // why there is none
  loop::Fd end;         // open while it may say more
  bool is_asking = false;
  bool has_answered = false;
  Answer answer;
};

/// How many hundredths `part` is of `all`, rounded up.
std::uint32_t percent_of(std::uint64_t part, std::uint64_t all) {
  if (all == 0) return 0;
  if (all > UINT64_MAX / 200) return static_cast<std::uint32_t>(part / (all / 100));
  return static_cast<std::uint32_t>((part * 100 + all - 1) / all);
}

/// One write of less than PIPE_BUF: the reader gets all of it or nothing.
bool say(int end, const Answer& answer) {
  return ::write(end, &answer, sizeof answer) == sizeof answer;
}

/// The lock is taken here: a child that was started later would have inherited one of the parent's.
[[noreturn]] void answer_from_child(const char* path, const PathLock& lock, int end, AskSpace ask) {
  hold(lock);
  Answer answer{.is_asking = true, .error = 0, .space = {}};
  if (!say(end, answer)) ::_exit(1);
  answer.is_asking = false;
  answer.error = ask(path, answer.space);
  ::_exit(say(end, answer) ? 0 : 1);
}

Child start(const std::string& path, const PathLock& lock, AskSpace ask) {
  Child child;
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    child.start_error = errno;
    return child;
  }
  child.end.reset(ends[0]);
  const loop::Fd write_end(ends[1]);
  child.pid = ::fork();
  if (child.pid == 0) answer_from_child(path.c_str(), lock, write_end.get(), ask);
  if (child.pid < 0) {
    child.start_error = errno;
    child.end.reset();
  }
  return child;
}

/// What it says next; its pipe is closed with its last word.
void hear(Child& child) {
  const bool is_whole =
      ::read(child.end.get(), &child.answer, sizeof child.answer) == sizeof child.answer;
  child.is_asking = child.is_asking || is_whole;
  if (is_whole && child.answer.is_asking) return;
  child.has_answered = is_whole;
  child.end.reset();
}

void wait_for(std::span<Child> children, Instant deadline) {
  for (;;) {
    std::vector<pollfd> waiting;
    std::vector<Child*> whose;
    for (Child& child : children) {
      if (!child.end.open()) continue;
      waiting.push_back({.fd = child.end.get(), .events = POLLIN, .revents = 0});
      whose.push_back(&child);
    }
    const std::int64_t left_ms = (deadline - loop::boottime_now()).count();
    if (waiting.empty() || left_ms <= 0) return;
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(left_ms));
    if (ready < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (ready > 0 && waiting[i].revents != 0) hear(*whose[i]);
    }
  }
}

/// Empty if it has answered.
std::string why_silent(const Child& child, Duration time_max) {
  if (child.pid < 0) return loop::describe_errno("no process to ask it", child.start_error);
  if (child.has_answered) return {};
  if (!child.end.open()) return "the process that asked it ended without an answer";
  return child.is_asking ? "does not answer within " + span_text(time_max) : kHeld;
}

Result<Space> result_of(const Child& child, Duration time_max) {
  const std::string silent = why_silent(child, time_max);
  if (!silent.empty()) return fail(Fault::Unavailable, silent);
  if (child.answer.error != 0) {
    const std::string why = std::generic_category().message(child.answer.error);
    return fail(Fault::Unavailable, (child.answer.error == EACCES ? "needs root: " : "") + why);
  }
  return child.answer.space;
}

}  // namespace

std::uint32_t Space::used_percent() const {
  return percent_of(used_bytes, used_bytes + free_bytes);
}

std::uint32_t Space::inodes_used_percent() const {
  return percent_of(inodes - std::min(inodes, inodes_free), inodes);
}

int ask_statvfs(const char* path, Space& space) {
  struct statvfs told = {};
  if (::statvfs(path, &told) != 0) return errno;
  const std::uint64_t unit = told.f_frsize == 0 ? 1 : told.f_frsize;
  // What a server says may be anything.
  const std::uint64_t blocks_max = UINT64_MAX / 4 / unit;
  const std::uint64_t blocks = std::min<std::uint64_t>(told.f_blocks, blocks_max);
  const std::uint64_t unused = std::min<std::uint64_t>(told.f_bfree, blocks);
  space = {.size_bytes = blocks * unit,
           .used_bytes = (blocks - unused) * unit,
           .free_bytes = std::min<std::uint64_t>(told.f_bavail, unused) * unit,
           .inodes = told.f_files,
           .inodes_free = told.f_ffree};
  return 0;
}

std::vector<Result<Space>> ask_space(std::span<const std::string> paths, Duration time_max,
                                     const std::string& locks, AskSpace ask) {
  std::vector<Child> children;
  for (const std::string& path : paths) {
    children.push_back(start(path, path_lock(locks, path), ask));
  }
  wait_for(children, loop::boottime_now() + time_max);
  std::vector<Result<Space>> results;
  for (std::size_t i = 0; i < children.size(); ++i) {
    results.push_back(result_of(children[i], time_max));
    if (children[i].pid < 0) continue;
    // One that hangs in the kernel cannot be ended; it is left, and init will bury it one day.
    if (!children[i].has_answered) ::kill(children[i].pid, SIGKILL);
    ::waitpid(children[i].pid, nullptr, children[i].has_answered ? 0 : WNOHANG);
  }
  return results;
}

}  // namespace mainstay::agent
