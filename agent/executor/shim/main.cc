// mainstay-task: the parent of one running task. Its files are the proof that the task started and
// how it ended; it outlives the executor, and knows nothing but its command line.
//
// Exit: 0 the task ran to an end (whatever its own exit), 2 wrong use, 3 this attempt was started
// or barred before, 4 nothing could be written.
#include <cstdio>

#include <signal.h>
#include <unistd.h>

#include "agent/executor/shim/task.h"
#include "agent/executor/shim/traces.h"
#include "common/core/digest.h"
#include "common/loop/boot_id.h"
#include "common/loop/clock.h"
#include "common/loop/file_lock.h"
#include "common/loop/files.h"

namespace mainstay {
namespace {

constexpr std::string_view kHelp =
    R"(mainstay-task - the parent of one running task, whose files prove its start and its end

usage: mainstay-task FOLDER --within-ms N [--grace-ms N] [--throw-away UID] [--answer-apart]
                     -- PROGRAM ARGUMENT...

mainstay-exec starts it, once an attempt; it is not for people. What is on the disk of the attempt:
FOLDER/started, and at its end FOLDER/output and FOLDER/result. A person asks for the output by
`mainstay logs HOST`.

exit: 0 the task ran to an end, whatever its own exit - 2 wrong use - 3 started or barred before
      4 nothing could be written
)";

constexpr int kWriteTriesMax = 600;  // one a second
constexpr std::string_view kStartedWord = "started\n";

int complain(int code, const Error& error) {
  (void)std::fprintf(stderr, "mainstay-task: %s\n", error.detail.c_str());
  return code;
}

executor::TaskResult result_of(const TaskEnd& end, WallTime started_at, const BootId& boot) {
  executor::TaskResult result;
  result.exit_code = end.exit_code;
  result.timed_out = end.timed_out;
  result.started_at = started_at;
  result.finished_at = loop::walltime_now();
  result.finished_boottime = loop::boottime_now();
  result.boot = boot;
  result.output_digest = sha256(end.output);
  result.output_bytes = end.output_bytes;
  result.reason = end.reason;
  return result;
}

/// A disk that is full now may have room later. The lock is held meanwhile, so the attempt goes on;
/// after a while the executor looks at the host without our word.
Status write_patiently(const std::string& path, ByteView bytes) {
  Status written = loop::write_file_durably(path, bytes, 0600);
  if (!written) {
    [[maybe_unused]] const int code = complain(4, written.error());
  }
  for (int tries = 0; !written && tries < kWriteTriesMax; ++tries) {
    ::sleep(1);
    written = loop::write_file_durably(path, bytes, 0600);
  }
  return written;
}

int run(std::span<char* const> arguments) {
  // A session of its own: the end of the executor's session must not reach the task.
  ::setsid();
  for (const int number : {SIGPIPE, SIGHUP, SIGINT}) ::signal(number, SIG_IGN);
  const auto order = parse_order(arguments);
  if (!order) return complain(2, order.error());
  const auto boot = loop::boot_id();
  if (!boot) return complain(4, boot.error());
  const auto path = [&](std::string_view name) { return order->folder + "/" + std::string(name); };

  // The lock first: whoever sees `started` without a result must be able to tell that we live.
  const auto lock = loop::FileLock::take(path(executor::traces::kLock));
  if (!lock) return complain(3, lock.error());
  const WallTime started_at = loop::walltime_now();
  const std::string mark = executor::traces::started_text({.barred = false,
                                                           .boot = *boot,
                                                           .pid = ::getpid(),
                                                           .at = started_at,
                                                           .boottime = loop::boottime_now()});
  const Status marked = loop::create_exclusive(path(executor::traces::kStarted), as_bytes(mark));
  if (!marked) return complain(marked.error().fault == Fault::Denied ? 3 : 4, marked.error());
  [[maybe_unused]] const auto told = ::write(1, kStartedWord.data(), kStartedWord.size());

  const TaskEnd end = run_task(*order, lock->fd());
  const executor::TaskResult result = result_of(end, started_at, *boot);
  const Status kept = write_patiently(path(executor::traces::kOutput), end.output);
  if (!kept) return complain(4, kept.error());
  const Status written = write_patiently(path(executor::traces::kResult),
                                         as_bytes(executor::traces::result_text(result)));
  return written ? 0 : complain(4, written.error());
}

}  // namespace
}  // namespace mainstay

int main(int count, char** arguments) {
  const auto words = std::span(arguments, static_cast<std::size_t>(count)).subspan(1);
  if (words.size() == 1 && std::string_view(words[0]) == "--help") {
    (void)std::fwrite(mainstay::kHelp.data(), 1, mainstay::kHelp.size(), stdout);
    return 0;
  }
  return mainstay::run(words);
}
