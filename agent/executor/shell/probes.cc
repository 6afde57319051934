#include "agent/executor/shell/probes.h"

#include <algorithm>

#include "common/core/parts.h"
#include "common/loop/credential.h"

namespace mainstay::executor {

namespace {

// The agent gives up before that, and looks with its own eyes.
constexpr Duration kProbeTimeMax = std::chrono::seconds(90);
constexpr std::size_t kProbeBytesMax = 256UL * 1024;  // what the agent reads

}  // namespace

void Probes::ask(Source source) {
  if (!config_.probes.contains(source)) {
    refuse(source, "the executor's configuration allows no probe of " +
                       std::string(name_of(source)) + " here");
    return;
  }
  if (std::ranges::find(queue_, source) != queue_.end()) return;
  queue_.push_back(source);
  if (process_ == nullptr) next();
}

void Probes::next() {
  while (!queue_.empty()) {
    const Source source = queue_.front();
    auto started = loop::Process::start(
        loop_,
        {.argv = {config_.collect_helper, "--read-only", std::string(name_of(source)), "--state",
                  config_.state_directory + "/collect"},
         .environment = loop::helper_environment(),
         .output_bytes_max = kProbeBytesMax,
         .time_max = kProbeTimeMax},
        [this, source](const loop::ProcessResult& result) {
          queue_.pop_front();
          process_.reset();
          ended(source, result);
          next();
        });
    if (started) {
      process_ = std::move(*started);
      return;
    }
    queue_.pop_front();
    refuse(source, started.error().detail);
  }
}

void Probes::ended(Source source, const loop::ProcessResult& result) {
  if (!result.succeeded() || result.output_cut) {
    refuse(source, "the probe of " + std::string(name_of(source)) + " came to no end in order");
    return;
  }
  for (auto& part : split(result.output)) {
    on_probed_({.source = source, .refusal = {}, .part = std::move(part)});
  }
}

void Probes::refuse(Source source, const std::string& why) {
  on_probed_({.source = source, .refusal = why, .part = split({}).front()});
}

}  // namespace mainstay::executor
