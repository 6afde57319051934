#include "agent/shell/status.h"

#include <cerrno>
#include <cstdio>

#include <unistd.h>

#include "common/core/errno_text.h"
#include "common/core/span_text.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kStatusBytesMax = 256UL * 1024;
constexpr Duration kFreshMax = std::chrono::seconds(60);

std::string path_of(const AgentConfig& config) {
  return config.state_directory + "/status";
}

std::string_view word_of(AttemptPhase phase) {
  switch (phase) {
    case AttemptPhase::Received:
      return "received";
    case AttemptPhase::Intended:
      return "intended";
    case AttemptPhase::Started:
      return "started";
    case AttemptPhase::Finished:
      return "finished";
    case AttemptPhase::Closed:
      return "closed";
  }
  return "";
}

std::string health_text(const Agenda& agenda, Now now) {
  if (agenda.health_at == WallTime{}) return "not seen yet";
  return std::to_string(agenda.health.broken_packages) + " broken packages, " +
         std::to_string(agenda.health.failed_units) + " failed units, seen " +
         age_text(now.wall - agenda.health_at);
}

std::string link_text(const Link& link, const StatusFrame& frame) {
  if (!link.up) return "down, gate " + frame.gate;
  return "up for " + span_text(frame.now.mono - link.since) + ", gate " + frame.gate;
}

/// `!` for what is refuted, `ok` for what is proved: as the fleet's own screens have it.
std::string_view mark_of(Judgement judgement) {
  if (judgement == Judgement::Proved) return "ok";
  return judgement == Judgement::Refuted ? "!" : ".";
}

std::string findings_text(const Watch& watch, Now now) {
  constexpr std::size_t kShownMax = 24;  // of a source: the worst come first
  std::string text;
  for (std::size_t i = 0; i < std::min(watch.report.findings.size(), kShownMax); ++i) {
    const Finding& finding = watch.report.findings[i];
    std::string head(mark_of(finding.judgement));
    head.resize(4, ' ');
    std::string topic(name_of(finding.topic));
    topic.resize(std::max(topic.size(), std::size_t{12}), ' ');
    text += head + topic + " " + finding.subject + (finding.subject.empty() ? "" : ": ") +
            finding.text + " (" + age_text(now.wall - finding.at) + ")\n";
  }
  const std::size_t rest = watch.report.findings.size() + watch.report.omitted;
  if (rest > kShownMax) text += "    and " + std::to_string(rest - kShownMax) + " more\n";
  return text;
}

std::string line(std::string_view key, const std::string& value) {
  std::string text(key);
  text += ":";
  text.resize(std::max(text.size() + 1, std::size_t{28}), ' ');
  return text + value + "\n";
}

}  // namespace

std::string status_text(const AgentState& state, const StatusFrame& frame) {
  std::string text = std::to_string(to_ms(frame.now.wall)) + "\n";
  const Agenda& agenda = state.agenda;
  text += line("host", frame.host.text());
  text += line("link", link_text(state.link, frame));
  text += line("executor", state.relay.up ? "present" : "absent");
  text += line("system", agenda.os + " " + agenda.architecture);
  const bool reported = agenda.reported_at != Instant{};
  text += line("last report", reported ? "no. " + std::to_string(state.telling.sequence) + ", " +
                                             age_text(frame.now.mono - agenda.reported_at)
                                       : "none yet");
  text += line("health", health_text(agenda, frame.now));
  for (const auto& reading : facts_now(state, frame.now)) {
    text += line(name_of(reading.fact), std::to_string(reading.value));
  }
  for (const Watch& watch : state.watches) text += findings_text(watch, frame.now);
  text += line("records waiting", std::to_string(state.spool.size()));
  if (!state.relay.said) return text;
  text += line("control chain", "seen to " + std::to_string(state.relay.said->control_seen.value));
  for (const auto& open : state.relay.said->open) {
    text += line("open", short_name(open.attempt) + " " + std::string(word_of(open.phase)));
  }
  return text;
}

Status write_status(const AgentConfig& config, const std::string& text) {
  const std::string path = path_of(config);
  const std::string next = path + ".next";
  std::FILE* file = std::fopen(next.c_str(), "we");
  if (file == nullptr) return fail(Fault::Unavailable, errno_text(next, errno));
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(next.c_str(), path.c_str()) != 0) {
    return fail(Fault::Unavailable, errno_text(path, errno));
  }
  return {};
}

Result<StatusFile> read_status(const AgentConfig& config) {
  const std::string path = path_of(config);
  const auto bytes = loop::read_file(path, kStatusBytesMax);
  if (!bytes.has_value() && ::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return fail(Fault::Unavailable,
                "no state in " + path + ": mainstay-agent has not run here yet");
  }
  if (!bytes.has_value()) {
    return fail(Fault::Denied, bytes.error().detail + "; ask as root, or as the agent's user");
  }
  const std::string_view text = as_text(*bytes);
  const std::size_t end = text.find('\n');
  std::int64_t written = 0;
  for (const char c : text.substr(0, end == std::string_view::npos ? 0 : end)) {
    if (c < '0' || c > '9' || written > INT64_MAX / 100) {
      return fail(Fault::Malformed, path + ": not written by mainstay-agent");
    }
    written = written * 10 + (c - '0');
  }
  if (written == 0) return fail(Fault::Malformed, path + ": not written by mainstay-agent");
  return StatusFile{.written = wall_from_ms(written), .text = std::string(text.substr(end + 1))};
}

std::string status_screen(const StatusFile& status, WallTime now) {
  const Duration age = now - status.written;
  std::string shown = "as of " + age_text(age) + "\n";
  if (age > kFreshMax) shown = "as of " + age_text(age) + ": is mainstay-agent running?\n";
  return shown + status.text;
}

}  // namespace mainstay::agent
