#include "common/loop/process.h"

#include <csignal>
#include <utility>

#include <linux/close_range.h>
#include <unistd.h>

#include "common/core/check.h"
#include "common/loop/handle.h"
#include "common/loop/loop_impl.h"
#include "common/loop/process_pipe.h"

namespace mainstay::loop {

namespace {

/// After the child's end: time for its output to arrive, which a grandchild may hold open.
constexpr Duration kDrainTimeMax{1000};
/// After a kill: time for the end to be reported. The kernel needs milliseconds, a child in
/// uninterruptible sleep may need for ever.
constexpr Duration kReapTimeMax{5000};

}  // namespace

struct Process::Child {
  uv_process_t handle{};
  Process* owner = nullptr;  // null once the Process is gone
};

struct Process::Streams {
  Streams(Loop& loop, ProcessOptions& options, Process* owner)
      : output(loop, options.output_bytes_max, [owner] { owner->finish_if_done(); }),
        error_output(loop, options.output_bytes_max, [owner] { owner->finish_if_done(); }),
        input(loop, std::move(options.input)),
        kept(options.output == Output::Keep) {}
  OutputPipe output;
  OutputPipe error_output;
  InputPipe input;
  bool kept;
};

Process::Process(Loop& loop, OnEnd on_end)
    : on_end_(std::move(on_end)), child_(new Child), limit_(loop), grace_(loop) {
  child_->handle.data = child_;
  child_->owner = this;
}

Process::~Process() {
  if (!let_go_) kill_group();
  child_->owner = nullptr;
  // libuv reaps only children whose handles are open: this one closes itself at the child's end.
  if (running_) return;
  // A handle that was never spawned is unknown to libuv.
  if (child_->handle.loop != nullptr) {
    close_and_delete(child_);
  } else {
    delete child_;
  }
}

void close_child(uv_handle_t* handle) noexcept {
  close_and_delete(static_cast<Process::Child*>(handle->data));
}

Result<std::unique_ptr<Process>> Process::start(Loop& loop, ProcessOptions options, OnEnd on_end) {
  CHECK(!options.argv.empty());
  CHECK(options.argv.front().starts_with('/'));
  const std::optional<Duration> time_max = options.time_max;
  std::unique_ptr<Process> process(new Process(loop, std::move(on_end)));
  TRY_STATUS(process->spawn(loop, std::move(options)));
  if (time_max) {
    process->limit_.start(*time_max, [self = process.get()] { self->on_limit(); });
  }
  return process;
}

namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Status Process::spawn(Loop& loop, ProcessOptions options) {
  streams_ = std::make_unique<Streams>(loop, options, this);
  std::vector<char*> argv = pointers_to(options.argv);
  std::vector<char*> environment = pointers_to(options.environment);

  std::array<uv_stdio_container_t, 3> stdio{};
  stdio[0].flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_READABLE_PIPE);
  stdio[0].data.stream = streams_->input.stream();
  for (std::size_t i = 1; i <= 2; ++i) {
    stdio[i].flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
    stdio[i].data.stream = i == 1 ? streams_->output.stream() : streams_->error_output.stream();
    if (options.output == Output::Keep) continue;
    stdio[i].flags = UV_INHERIT_FD;
    stdio[i].data.fd = static_cast<int>(i);
  }

  uv_process_options_t spawning{};
  spawning.file = argv.front();
  spawning.args = argv.data();
  spawning.env = environment.data();
  spawning.cwd = options.folder.c_str();
  spawning.flags = UV_PROCESS_DETACHED;  // a session, and so a process group, of its own
  if (options.run_as) {
    spawning.flags |= UV_PROCESS_SETUID | UV_PROCESS_SETGID;
    spawning.uid = options.run_as->uid;
    spawning.gid = options.run_as->gid;
  }
  spawning.stdio_count = static_cast<int>(stdio.size());
  spawning.stdio = stdio.data();
  spawning.exit_cb = [](uv_process_t* handle, std::int64_t status, int signal) noexcept {
    auto* child = static_cast<Child*>(handle->data);
    if (child->owner != nullptr) {
      child->owner->on_exit(status, signal);
    } else {
      close_and_delete(child);
    }
  };
  // libuv closes nothing: whatever some library opened without close-on-exec ends here.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  const int error = uv_spawn(loop.raw(), &child_->handle, &spawning);
  if (error != 0) {
    return fail(Fault::Unavailable, options.argv.front() + ": " + uv_strerror(error));
  }
  running_ = true;
  streams_->input.begin();
  if (streams_->kept) {
    streams_->output.begin();
    streams_->error_output.begin();
  }
  return {};
}

pid_t Process::pid() const {
  return child_->handle.pid;
}

void Process::send_signal(int number) {
  // Once it was reaped its number may belong to somebody else.
  if (running_) ::kill(pid(), number);
}

void Process::kill_group() {
  if (running_) ::kill(-pid(), SIGKILL);
}

void Process::on_exit(std::int64_t status, int signal) {
  running_ = false;
  if (result_.end != ProcessResult::End::TimedOut) {
    result_.end = signal != 0 ? ProcessResult::End::Signalled : ProcessResult::End::Exited;
  }
  result_.code = signal != 0 ? signal : static_cast<int>(status);
  grace_.start(kDrainTimeMax, [this] { finish(); });
  finish_if_done();
}

void Process::on_limit() {
  if (!running_) return;  // it ended; what is left is the rest of its output, which has a limit too
  result_.end = ProcessResult::End::TimedOut;
  kill_group();
  grace_.start(kReapTimeMax, [this] {
    result_.end = ProcessResult::End::Lost;
    finish();
  });
}

void Process::finish_if_done() {
  if (running_ || finished_) return;
  if (streams_->kept && !(streams_->output.ended() && streams_->error_output.ended())) return;
  finish();
}

void Process::finish() {
  if (finished_) return;
  finished_ = true;
  limit_.stop();
  grace_.stop();
  result_.output_cut = streams_->output.cut() || streams_->error_output.cut();
  result_.output = streams_->output.take();
  result_.error_output = streams_->error_output.take();
  // Who keeps an ended Process until the next one shall not keep its buffers.
  streams_.reset();
  // Last, and from here on without members: the callback may destroy this object.
  OnEnd on_end = std::move(on_end_);
  on_end(std::move(result_));
}

}  // namespace mainstay::loop
