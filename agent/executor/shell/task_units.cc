#include "agent/executor/shell/task_units.h"

#include <algorithm>

#include <unistd.h>

#include "agent/task/patch.h"

namespace mainstay::executor {

namespace {

// Calls have a time limit, which is kept when somebody looks.
constexpr Duration kLookInterval = std::chrono::seconds(1);
// The shim keeps the task's time; the unit is there for a shim that does not. On a full disk that
// one waits ten minutes for room for what was printed, and ten for the result.
constexpr Duration kBeyondShim = std::chrono::minutes(25);
constexpr Duration kBeyondGrace = std::chrono::seconds(10);

// Who only looks needs little: an argv of an operator must not starve what the host is there for.
constexpr std::uint64_t kLookBytesMax = std::uint64_t{512} << 20U;
constexpr std::uint64_t kLookTasksMax = 128;
constexpr std::uint32_t kLookCpuPercent = 100;
// Twice this is waited for a child of it that hangs beyond a kill, and only then is the end told.
constexpr Duration kLookStopTimeMax = std::chrono::seconds(1);
constexpr std::uint64_t kLookIoBytes = std::uint64_t{64} << 20U;
// dpkg's scripts build initial ramdisks and restart databases.
constexpr std::uint64_t kChangeTasksMax = 4096;
// A tenth of the processors stays with what the host is there for, whatever a trigger compiles. Its
// disk it shares by weight alone: a dpkg that is slowed down holds its locks for longer.
constexpr std::uint32_t kChangeCpuPercent = 90;

std::uint32_t processors() {
  const long count = ::sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : static_cast<std::uint32_t>(std::min(count, 4096L));
}

systemd::TaskUnit unit_of(const AttemptId& attempt, const Step& step) {
  systemd::TaskUnit unit{.name = "mainstay-task-" + file_name(attempt) + ".service",
                         .description = "Mainstay task " + short_name(attempt),
                         .slice = {},
                         .argv = {},
                         .time_max = step.within + task::kPatchGrace + kBeyondShim,
                         .stop_time_max = task::kPatchGrace + kBeyondGrace,
                         .tasks_max = kChangeTasksMax,
                         .output_file = {},
                         .writable = {},
                         .environment = {},
                         .cpu_percent_max = kChangeCpuPercent * processors()};
  if (impact_of(kind_of(step)) < Impact::Benign) {
    unit.memory_max = kLookBytesMax;
    unit.tasks_max = kLookTasksMax;
    unit.cpu_percent_max = kLookCpuPercent;
    unit.io_bytes_max = kLookIoBytes;
  }
  return unit;
}

}  // namespace

TaskUnits::TaskUnits(loop::Loop& loop, Log& log, std::string slice)
    : loop_(loop), log_(log), slice_(std::move(slice)), timer_(loop) {}

Status TaskUnits::connect() {
  if (manager_) return {};
  TRY(manager_, systemd::Manager::connect());
  wake_ = std::make_unique<loop::Poll>(loop_, manager_->fd(), [this](loop::Ready) { look(); });
  wake_->watch(loop::Interest::Read);
  return {};
}

Status TaskUnits::start(const AttemptId& attempt, const Step& step, std::vector<std::string> argv,
                        systemd::Manager::OnEnd on_end) {
  systemd::TaskUnit unit = unit_of(attempt, step);
  unit.argv = std::move(argv);
  return begin(unit, std::move(on_end));
}

Status TaskUnits::probe(const Probe& probe, systemd::Manager::OnEnd on_end) {
  const std::string number =
      std::to_string(to_ms(loop_.now().mono)) + "-" + std::to_string(++probes_);
  const systemd::TaskUnit unit{.name = "mainstay-probe-" + probe.source + "-" + number + ".service",
                               .description = "Mainstay looks at " + probe.source,
                               .slice = {},
                               .argv = probe.argv,
                               .time_max = probe.time_max,
                               .stop_time_max = kLookStopTimeMax,
                               .memory_max = kLookBytesMax,
                               .tasks_max = kLookTasksMax,
                               .output_file = probe.output_file,
                               .writable = probe.writable,
                               .environment = probe.environment,
                               .cpu_percent_max = kLookCpuPercent,
                               .io_bytes_max = kLookIoBytes};
  return begin(unit, std::move(on_end));
}

Status TaskUnits::begin(const systemd::TaskUnit& unit, systemd::Manager::OnEnd on_end) {
  TRY_STATUS(connect());
  systemd::TaskUnit made = unit;
  made.slice = slice_;
  TRY_STATUS(manager_->start(made, std::move(on_end)));
  timer_.repeat(kLookInterval, [this] { look(); });
  return {};
}

void TaskUnits::look() {
  if (!manager_) return;
  if (manager_->process()) {
    if (manager_->idle()) timer_.stop();
    return;
  }
  // systemd started itself anew, say. The next start connects again.
  log_.event(Level::Warn, "units.lost", {});
  timer_.stop();
  wake_.reset();
  manager_.reset();
}

}  // namespace mainstay::executor
