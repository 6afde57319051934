#include "agent/executor/shell/probes.h"

#include <algorithm>
#include <utility>

#include <unistd.h>

#include "common/core/parts.h"
#include "common/loop/environment.h"
#include "common/loop/files.h"

namespace mainstay::executor {

namespace {

// The agent gives up a little later, and looks with its own eyes.
constexpr Duration kProbeTimeMax = std::chrono::seconds(90);
// However often it is asked.
constexpr Duration kProbePause = std::chrono::seconds(2);

}  // namespace

void Probes::ask(Source source) {
  const std::string name(name_of(source));
  if (!config_.probes.contains(source)) {
    refuse(source, "the executor's configuration allows no probe of " + name + " here");
    return;
  }
  const auto& ended = ended_at_[std::to_underlying(source)];
  if (ended && loop_.now().mono - *ended < kProbePause) {
    refuse(source, name + " was looked at just now");
    return;
  }
  if (std::ranges::find(queue_, source) != queue_.end()) return;
  queue_.push_back(source);
  next();
}

std::vector<std::string> Probes::argv_of(Source source) const {
  return {config_.collect_helper, "--read-only", std::string(name_of(source)), "--state", folder()};
}

void Probes::next() {
  if (running_ || queue_.empty()) return;
  running_ = true;
  const Status started = start(queue_.front());
  if (!started) end(std::unexpected(started.error()));
}

Status Probes::start(Source source) {
  if (units_ != nullptr) {
    const std::string file = folder() + "/probe.out";
    return units_->probe({.source = std::string(name_of(source)),
                          .argv = argv_of(source),
                          .environment = loop::helper_environment(),
                          .output_file = file,
                          .writable = folder(),
                          .time_max = kProbeTimeMax},
                         [this, file](const std::string& why) {
                           auto printed = loop::read_file(file, kReportJsonBytesMax);
                           ::unlink(file.c_str());
                           if (!why.empty()) printed = fail(Fault::Unavailable, why);
                           end(std::move(printed));
                         });
  }
  TRY(process_, loop::Process::start(
                    loop_,
                    {.argv = argv_of(source),
                     .environment = loop::helper_environment(),
                     .output_bytes_max = kReportJsonBytesMax,
                     .time_max = kProbeTimeMax},
                    [this](const loop::ProcessResult& result) {
                      const bool is_whole = result.succeeded() && !result.output_cut;
                      end(is_whole ? Result<Bytes>(result.output) : fail(Fault::Unavailable, ""));
                    }));
  return {};
}

void Probes::end(Result<Bytes> printed) {
  const Source source = queue_.front();
  queue_.pop_front();
  process_.reset();
  running_ = false;
  ended_at_[std::to_underlying(source)] = loop_.now().mono;
  if (printed && !printed->empty()) {
    for (auto& part : split(*printed)) {
      on_probed_({.source = source, .refusal = {}, .part = std::move(part)});
    }
  } else {
    const std::string why = printed ? "" : ": " + printed.error().detail;
    refuse(source,
           "the probe of " + std::string(name_of(source)) + " came to no end in order" + why);
  }
  next();
}

void Probes::refuse(Source source, const std::string& why) {
  on_probed_({.source = source, .refusal = why, .part = split({}).front()});
}

}  // namespace mainstay::executor
