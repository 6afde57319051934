#include "agent/shell/sources.h"

#include <utility>

#include "agent/collect/report/report_json.h"
#include "common/loop/environment.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kComplaintBytesMax = 200;

/// The first line that it complained with, for people; tidy() escapes it.
std::string complaint_of(const loop::ProcessResult& result) {
  const std::string_view said = as_text(result.error_output);
  return std::string(said.substr(0, std::min(said.find('\n'), kComplaintBytesMax)));
}

}  // namespace

void Sources::look(const LookAt& order, const OnLooked& on_looked) {
  const Source source = order.source;
  auto& place = running_[std::to_underlying(source)];
  place.reset();
  auto started =
      loop::Process::start(loop_,
                           {.argv = {config_.collect_helper, std::string(name_of(source)),
                                     "--state", config_.state_directory},
                            .environment = loop::helper_environment(),
                            .output_bytes_max = kReportJsonBytesMax,
                            .time_max = order.time_max},
                           [this, source, on_looked](const loop::ProcessResult& result) {
                             on_looked(ended(source, result));
                           });
  if (started.has_value()) {
    place = std::move(*started);
    return;
  }
  log_.event(Level::Warn, "source.failed",
             {{"source", name_of(source)}, {"why", started.error().detail}});
  on_looked({.source = source, .report = std::nullopt, .failure = started.error().detail});
}

SourceLooked Sources::ended(Source source, const loop::ProcessResult& result) const {
  using End = loop::ProcessResult::End;
  SourceLooked looked{.source = source, .report = std::nullopt, .failure = {}};
  if (result.end == End::TimedOut || result.end == End::Lost) {
    // Beyond a kill is who waits for a file system that is silent.
    looked.failure =
        result.end == End::Lost ? "took too long and cannot be ended" : "took too long";
    looked.is_overrun = true;
  } else if (result.output_cut) {
    looked.failure = "printed too much";
  } else if (!result.succeeded()) {
    looked.failure = "ended with " + std::to_string(result.code) + ": " + complaint_of(result);
  } else {
    return read(source, as_text(result.output));
  }
  log_.event(Level::Warn, "source.failed", {{"source", name_of(source)}, {"why", looked.failure}});
  return looked;
}

SourceLooked Sources::read(Source source, std::string_view text) const {
  SourceLooked looked{.source = source, .report = std::nullopt, .failure = {}};
  auto report = read_report(text);
  if (report.has_value() && report->source == source) {
    looked.report = std::move(*report);
    return looked;
  }
  looked.failure = report.has_value() ? "answered to another question" : report.error().detail;
  log_.event(Level::Warn, "source.failed", {{"source", name_of(source)}, {"why", looked.failure}});
  return looked;
}

std::optional<SourceLooked> Sources::take(Probed probed) {
  const Source source = probed.source;
  auto& place = probes_[std::to_underlying(source)];
  // Another look's: what is missing of the one before comes no more.
  if (!place || place->whole != probed.part.whole) {
    place.emplace(probed.part.whole, Assembler(kReportJsonBytesMax));
  }
  auto whole = place->parts.add(std::move(probed.part));
  if (whole.has_value() && !*whole) return std::nullopt;
  place.reset();
  if (whole.has_value()) return read(source, as_text(**whole));
  return SourceLooked{
      .source = source, .report = std::nullopt, .failure = "probe: " + whole.error().detail};
}

void Sources::forget_parts() {
  for (auto& place : probes_) place.reset();
}

}  // namespace mainstay::agent
