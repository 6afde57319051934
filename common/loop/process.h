// A child process: an argv and never a shell, an environment given in full, bounded output, and a
// limit of wall-clock time, for two reasons: children hang, and if anything else in this process
// reaps a child, its end is never reported here. It runs in a session of its own; at the limit the
// whole process group is killed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "common/core/bytes.h"
#include "common/loop/watchers.h"

namespace mainstay::loop {

inline constexpr std::size_t kOutputBytesMax = 256UL * 1024;

struct RunAs {
  uid_t uid;
  gid_t gid;  // supplementary groups are dropped
};

enum class Output {
  Keep,     // read to the end, kept up to the limit
  Inherit,  // ours
};

struct ProcessOptions {
  std::vector<std::string> argv;         // argv[0] is an absolute path
  std::vector<std::string> environment;  // NAME=value, the whole of it
  std::string folder = "/";
  Bytes input = {};  // for its standard input, which is then closed
  Output output = Output::Keep;
  std::size_t output_bytes_max = kOutputBytesMax;  // of stdout, and again of stderr
  std::optional<Duration> time_max;  // none is right only for a child that is a service
  std::optional<RunAs> run_as = std::nullopt;
};

struct ProcessResult {
  enum class End {
    Exited,     // `code` is its status
    Signalled,  // `code` is the signal
    TimedOut,   // killed by us
    Lost,       // killed by us, and its end was never reported
  };
  End end;
  int code;
  Bytes output;
  Bytes error_output;
  bool output_cut;  // there was more of either than was kept

  [[nodiscard]] bool succeeded() const { return end == End::Exited && code == 0; }
};

class Process {
 public:
  using OnEnd = std::move_only_function<void(ProcessResult)>;

  /// Unavailable if it cannot be started. `on_end` comes once, later, and may destroy the Process.
  static Result<std::unique_ptr<Process>> start(Loop& loop, ProcessOptions options, OnEnd on_end);
  /// Kills the group of a child still running, unless it was let go.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const;
  /// To the child alone.
  void send_signal(int number);
  /// To its whole group.
  void kill_group();
  /// It shall outlive this object.
  void let_go() { let_go_ = true; }

  struct Child;

 private:
  struct Streams;
  Process(Loop& loop, OnEnd on_end);
  Status spawn(Loop& loop, ProcessOptions options);
  void on_exit(std::int64_t status, int signal);
  void on_limit();
  void finish_if_done();
  void finish();

  OnEnd on_end_;
  Child* child_;
  std::unique_ptr<Streams> streams_;
  Timer limit_;
  Timer grace_;
  ProcessResult result_{};
  bool running_ = false;
  bool finished_ = false;
  bool let_go_ = false;
};

}  // namespace mainstay::loop
