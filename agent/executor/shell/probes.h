// Looks with root's eyes: the program mainstay-collect, one source at a time, read-only, with
// limits of time and output. Which sources may be looked at is this host's own word; what is
// printed is passed on as it is, since a root process should not read it.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "agent/executor/shell/config.h"
#include "common/loop/process.h"
#include "common/plan/local_message.h"

namespace mainstay::executor {

class Probes {
 public:
  using OnProbed = std::function<void(Probed)>;  // once a part, or once with a refusal

  /// All outlive it.
  Probes(loop::Loop& loop, const ExecutorConfig& config, OnProbed on_probed)
      : loop_(loop), config_(config), on_probed_(std::move(on_probed)) {}

  void ask(Source source);
  [[nodiscard]] bool busy() const { return process_ != nullptr || !queue_.empty(); }

 private:
  void next();
  void ended(Source source, const loop::ProcessResult& result);
  void refuse(Source source, const std::string& why);

  loop::Loop& loop_;
  const ExecutorConfig& config_;
  OnProbed on_probed_;
  std::deque<Source> queue_;  // each at most once
  std::unique_ptr<loop::Process> process_;
};

}  // namespace mainstay::executor
