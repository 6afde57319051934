// Looks with root's eyes: the program mainstay-collect, one source at a time, read-only, with
// limits of time and output. Which sources may be looked at is this host's own word; what is
// printed is passed on as it is, since a root process should not read it.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "agent/executor/shell/config.h"
#include "agent/executor/shell/task_units.h"
#include "common/loop/process.h"
#include "common/plan/local_message.h"

namespace mainstay::executor {

class Probes {
 public:
  using OnProbed = std::function<void(Probed)>;  // once a part, or once with a refusal

  /// All outlive it; `units` may be absent.
  Probes(loop::Loop& loop, const ExecutorConfig& config, OnProbed on_probed)
      : loop_(loop), config_(config), on_probed_(std::move(on_probed)) {}

  /// From now on in units; borrowed.
  void use(TaskUnits& units) { units_ = &units; }

  void ask(Source source);
  [[nodiscard]] bool busy() const { return !queue_.empty(); }

 private:
  void next();
  Status start(Source source);
  void end(Result<Bytes> printed);
  [[nodiscard]] std::vector<std::string> argv_of(Source source) const;
  [[nodiscard]] std::string folder() const { return config_.state_directory + "/collect"; }
  void refuse(Source source, const std::string& why);

  loop::Loop& loop_;
  const ExecutorConfig& config_;
  OnProbed on_probed_;
  TaskUnits* units_ = nullptr;
  std::deque<Source> queue_;  // each at most once; the first is being looked at
  bool running_ = false;
  std::array<std::optional<Instant>, kSourceCount> ended_at_;
  std::unique_ptr<loop::Process> process_;
};

}  // namespace mainstay::executor
