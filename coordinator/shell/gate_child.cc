#include "coordinator/shell/gate_child.h"

#include "common/loop/file_lock.h"

namespace mainstay::coordinator {

namespace {

constexpr Duration kPauseMin = std::chrono::milliseconds(500);
constexpr Duration kPauseMax = std::chrono::seconds(30);
constexpr Duration kLookInterval = std::chrono::seconds(2);
constexpr Duration kHealthyAfter = std::chrono::seconds(30);

}  // namespace

GateChild::GateChild(loop::Loop& loop, Log& log, std::string program, LocalGate gate)
    : loop_(loop),
      log_(log),
      program_(std::move(program)),
      gate_(std::move(gate)),
      timer_(loop),
      pause_(kPauseMin) {
  look();
}

GateChild::~GateChild() {
  if (process_) process_->let_go();
}

void GateChild::look() {
  const auto held = loop::FileLock::held(gate_.state_directory + "/lock");
  if (held && *held) {
    timer_.start(kLookInterval, [this] { look(); });  // it may end while we live
    return;
  }
  start();
}

void GateChild::start() {
  started_at_ = loop_.now().mono;
  auto started = loop::Process::start(
      loop_,
      {.argv = {program_, "--config", gate_.config},
       .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
       .output = loop::Output::Inherit,
       .time_max = std::nullopt},
      [this](const loop::ProcessResult& result) {
        log_.event(Level::Warn, "gate.ended", {{"config", gate_.config}, {"code", result.code}});
        if (loop_.now().mono - started_at_ > kHealthyAfter) pause_ = kPauseMin;
        timer_.start(pause_, [this] { look(); });
        pause_ = std::min(2 * pause_, kPauseMax);
        process_.reset();  // last: this callback goes with it
      });
  if (!started) {
    log_.event(Level::Error, "gate.not_started",
               {{"config", gate_.config}, {"reason", started.error().detail}});
    timer_.start(pause_, [this] { look(); });
    pause_ = std::min(2 * pause_, kPauseMax);
    return;
  }
  process_ = std::move(*started);
  log_.event(Level::Info, "gate.launched", {{"config", gate_.config}, {"pid", process_->pid()}});
}

}  // namespace mainstay::coordinator
