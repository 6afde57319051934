// A local gate: started if none runs from its folder, and again, after a pause that grows, when it
// ends. It outlives the coordinator, as hosts stay connected while the coordinator is restarted;
// one that runs already is left alone.
#pragma once

#include <memory>

#include "common/loop/process.h"
#include "common/ports/log.h"
#include "coordinator/shell/config.h"

namespace mainstay::coordinator {

class GateChild {
 public:
  /// `loop` and `log` outlive it.
  GateChild(loop::Loop& loop, Log& log, std::string program, LocalGate gate);
  ~GateChild();
  GateChild(const GateChild&) = delete;
  GateChild& operator=(const GateChild&) = delete;

 private:
  void look();
  void start();

  loop::Loop& loop_;
  Log& log_;
  std::string program_;
  LocalGate gate_;
  std::unique_ptr<loop::Process> process_;
  loop::Timer timer_;
  Duration pause_;
  Instant started_at_{};
};

}  // namespace mainstay::coordinator
