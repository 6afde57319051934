// Where there is systemd, each task runs in a transient unit of its own, with the shim as its main
// process: it outlives the executor and its restarts, and is bounded by the kernel. A unit's end is
// told like that of a child.
#pragma once

#include <memory>

#include "common/loop/watchers.h"
#include "common/plan/attempt.h"
#include "common/ports/log.h"
#include "common/systemd/manager.h"

namespace mainstay::executor {

class TaskUnits {
 public:
  /// `slice` of the units; `loop` and `log` outlive it.
  TaskUnits(loop::Loop& loop, Log& log, std::string slice);

  /// `on_end` comes once, with why it is watched no more if that is not its end; the folder of the
  /// attempt tells what was.
  Status start(const AttemptId& attempt, const Step& step, std::vector<std::string> argv,
               systemd::Manager::OnEnd on_end);

  struct Probe {
    std::string source;
    std::vector<std::string> argv;
    std::vector<std::string> environment;
    std::string output_file;
    std::string writable;  // the only folder that it may write
    Duration time_max{};
  };
  /// A look that only looks, with the limits of one.
  Status probe(const Probe& probe, systemd::Manager::OnEnd on_end);

 private:
  Status begin(const systemd::TaskUnit& unit, systemd::Manager::OnEnd on_end);
  Status connect();
  void look();

  loop::Loop& loop_;
  Log& log_;
  std::string slice_;
  std::unique_ptr<systemd::Manager> manager_;
  std::unique_ptr<loop::Poll> wake_;  // goes before the manager, whose descriptor it watches
  loop::Timer timer_;
  std::uint64_t probes_ = 0;  // for their names
};

}  // namespace mainstay::executor
