#include "agent/shell/config.h"

#include <array>

#include "common/loop/files.h"
#include "common/plan/key_lines.h"

namespace mainstay::agent {
namespace {

constexpr std::array<std::string_view, 13> kKeys = {
    "state_directory", "trust_file",     "executor_socket", "executor_uid",  "apt_helper",
    "machine_file",    "gate_endpoint",  "report_interval", "look_interval", "log_level",
    "allow_root",      "collect_helper", "sources"};
constexpr std::array<std::string_view, 4> kRequired = {"state_directory", "trust_file",
                                                       "executor_socket", "apt_helper"};

Status read_path(const KeyLines& lines, std::string_view key, std::string& path) {
  if (!lines.has(key)) return {};
  path = lines.text(key);
  if (path.empty()) return {};
  if (path.front() != '/') return lines.complain(key, "expected an absolute path");
  return {};
}

/// Whole seconds, plain or as 10s, 5m.
Result<Duration> interval_of(const KeyLines& lines, std::string_view key, std::string text) {
  std::int64_t unit = 1;
  if (text.ends_with('m')) unit = 60;
  if (text.ends_with('m') || text.ends_with('s')) text.pop_back();
  std::int64_t count = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || count > 86'400) count = -1;
    if (count < 0) break;
    count = count * 10 + (c - '0');
  }
  const std::int64_t seconds = count * unit;
  if (text.empty() || seconds < 1 || seconds > 86'400) {
    return lines.complain(key, "expected 1s to 1440m, such as 10s or 5m");
  }
  return Duration(std::chrono::seconds(seconds));
}

Status read_interval(const KeyLines& lines, std::string_view key, Duration& interval) {
  if (!lines.has(key)) return {};
  TRY(interval, interval_of(lines, key, lines.text(key)));
  return {};
}

Result<bool> read_flag(const KeyLines& lines, std::string_view key) {
  const std::string word = lines.text(key, "no");
  if (word != "yes" && word != "no") return lines.complain(key, "expected yes or no");
  return word == "yes";
}

Status read_level(const KeyLines& lines, Level& level) {
  const std::string word = lines.text("log_level", "info");
  if (word == "debug") {
    level = Level::Debug;
  } else if (word == "info") {
    level = Level::Info;
  } else if (word == "warn") {
    level = Level::Warn;
  } else {
    return lines.complain("log_level", "expected debug, info or warn");
  }
  return {};
}

/// How often each is looked at: what changes within minutes, and what costs much seldom.
constexpr std::array<SourceLimits, kSourceCount> kSources = {{
    // resource: the agent itself records each 10 s; a look only judges what was recorded
    {.interval = std::chrono::minutes(5), .time_max = std::chrono::seconds(20)},
    {.interval = std::chrono::hours(1), .asks_root = true},                       // patch
    {.interval = std::chrono::minutes(15), .asks_root = true},                    // backup
    {.interval = std::chrono::hours(1), .asks_root = true},                       // certificate
    {.interval = std::chrono::minutes(5), .time_max = std::chrono::seconds(30)},  // service
    {.interval = std::chrono::hours(6), .time_max = std::chrono::seconds(90), .asks_root = true},
}};

/// "all" (the default), "none", or some of them, each with an interval of its own if wanted:
/// "resource, backup 5m".
Status read_sources(const KeyLines& lines, AgentConfig& config) {
  if (config.collect_helper.empty()) return {};
  const std::string text = lines.text("sources", "all");
  if (text == "none") return {};
  if (text == "all") {
    config.limits.sources = kSources;
    return {};
  }
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string entry = text.substr(at, end - at);
    at = end + 1;
    entry.erase(0, std::min(entry.find_first_not_of(' '), entry.size()));
    entry.erase(entry.find_last_not_of(' ') + 1);
    const std::size_t space = std::min(entry.find(' '), entry.size());
    const std::string name = entry.substr(0, space);
    std::size_t place = 0;
    while (place < kSourceCount && name_of(static_cast<Source>(place)) != name) ++place;
    if (place == kSourceCount) {
      return lines.complain("sources", "\"" + name +
                                           "\" is none of resource, patch, backup, certificate, "
                                           "service, usage, and neither all nor none");
    }
    config.limits.sources[place] = kSources[place];
    if (space == entry.size()) continue;
    const std::string span = entry.substr(entry.find_first_not_of(' ', space));
    TRY(config.limits.sources[place].interval, interval_of(lines, "sources", span));
  }
  return {};
}

}  // namespace

Result<AgentConfig> parse_agent_config(std::string_view text, const std::string& name) {
  TRY(const KeyLines lines, KeyLines::parse(text, name, {.known = kKeys, .required = kRequired}));
  AgentConfig config;
  TRY_STATUS(read_path(lines, "state_directory", config.state_directory));
  TRY_STATUS(read_path(lines, "trust_file", config.trust_file));
  TRY_STATUS(read_path(lines, "executor_socket", config.executor_socket));
  TRY_STATUS(read_path(lines, "apt_helper", config.apt_helper));
  for (const std::string_view key : kRequired) {
    if (lines.text(key).empty()) return lines.complain(key, "must not be empty");
  }
  TRY_STATUS(read_path(lines, "machine_file", config.machine_file));
  config.gate_endpoint = lines.text("gate_endpoint");
  if (lines.has("executor_uid")) {
    TRY(const std::uint64_t uid, lines.number("executor_uid", 0xffff'fffe));
    config.executor_uid = static_cast<uid_t>(uid);
  }
  TRY_STATUS(read_interval(lines, "report_interval", config.limits.report_interval));
  TRY_STATUS(read_interval(lines, "look_interval", config.limits.look_interval));
  TRY_STATUS(read_path(lines, "collect_helper", config.collect_helper));
  TRY_STATUS(read_sources(lines, config));
  TRY_STATUS(read_level(lines, config.log_level));
  TRY(config.allow_root, read_flag(lines, "allow_root"));
  return config;
}

Result<AgentConfig> read_agent_config(const std::string& path) {
  TRY(const Bytes text, loop::read_file(path, kKeyLinesBytesMax));
  return parse_agent_config(as_text(text), path);
}

}  // namespace mainstay::agent
