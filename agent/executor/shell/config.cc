#include "agent/executor/shell/config.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/task/lock_wait.h"
#include "common/core/nearest.h"
#include "common/loop/files.h"
#include "common/plan/key_lines.h"
#include "common/select/value.h"

namespace mainstay::executor {

namespace {

constexpr std::array<std::string_view, 16> kKeys = {
    "state_directory", "socket",     "agent_uid",   "agent_user",     "trust_file", "patch_root",
    "tasks",           "apt_helper", "task_helper", "restart_helper", "task_slice", "lock_wait",
    "idle_exit",       "log_level",  "probes",      "collect_helper"};
constexpr std::array<std::string_view, 3> kRequired = {"state_directory", "socket", "trust_file"};
constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warn", "error"};
constexpr std::array kProbes = {Source::Patch, Source::Backup, Source::Certificate, Source::Usage};
constexpr std::array kTasks = {TaskKind::Patch, TaskKind::Check, TaskKind::Run,
                               TaskKind::RestartService, TaskKind::Reboot};

Status read_path(const KeyLines& lines, std::string_view key, std::string& path) {
  if (!lines.has(key)) return {};
  path = lines.text(key);
  if (!path.starts_with('/')) return lines.complain(key, "expected an absolute path");
  return {};
}

Status read_span(const KeyLines& lines, std::string_view key, Duration& span, Duration max) {
  if (!lines.has(key)) return {};
  const auto read = parse_duration(lines.text(key));
  if (!read || *read < Duration(0) || *read > max) {
    const auto most = std::chrono::duration_cast<std::chrono::seconds>(max).count();
    return lines.complain(key,
                          "expected a span such as 60s, at most " + std::to_string(most) + "s");
  }
  span = *read;
  return {};
}

/// Words separated by commas or blanks.
std::vector<std::string> words_of(std::string text) {
  std::ranges::replace(text, ',', ' ');
  std::vector<std::string> words;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(' ', at)) != std::string::npos) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

/// "patch, check, run": what may be done here at all, whoever signs.
Status read_tasks(const KeyLines& lines, std::set<TaskKind>& tasks) {
  if (!lines.has("tasks")) return {};
  tasks.clear();
  for (const std::string& word : words_of(lines.text("tasks"))) {
    const auto* found =
        std::ranges::find(kTasks, word, [](TaskKind kind) { return name_of(kind); });
    if (found == kTasks.end()) {
      return lines.complain(
          "tasks", "\"" + word + "\" is none of patch, check, run, restart-service, reboot");
    }
    tasks.insert(*found);
  }
  return {};
}

/// "patch, backup", or "none": what the agent may ask root to look at.
Status read_probes(const KeyLines& lines, std::set<Source>& probes) {
  if (!lines.has("probes")) return {};
  probes.clear();
  const std::vector<std::string> words = words_of(lines.text("probes"));
  if (words == std::vector<std::string>{"none"}) return {};
  for (const std::string& word : words) {
    const auto* found =
        std::ranges::find(kProbes, word, [](Source source) { return name_of(source); });
    if (found == kProbes.end()) {
      return lines.complain(
          "probes",
          "\"" + word + "\" is none of patch, backup, certificate, usage, and not the word none");
    }
    probes.insert(*found);
  }
  return {};
}

/// By number or by name; exactly one of the two.
Result<uid_t> read_agent(const KeyLines& lines) {
  if (lines.has("agent_uid") == lines.has("agent_user")) {
    const char* key = lines.has("agent_uid") ? "agent_uid" : "state_directory";
    return lines.complain(key, "expected either agent_uid or agent_user in this file");
  }
  if (lines.has("agent_uid")) {
    TRY(const std::uint64_t uid, lines.number("agent_uid", 0xffff'fffe));
    return static_cast<uid_t>(uid);
  }
  const passwd* user = ::getpwnam(lines.text("agent_user").c_str());
  if (user == nullptr) return lines.complain("agent_user", "there is no such user");
  return user->pw_uid;
}

Status read_level(const KeyLines& lines, Level& level) {
  if (!lines.has("log_level")) return {};
  const auto* found = std::ranges::find(kLevels, lines.text("log_level"));
  if (found == kLevels.end())
    return lines.complain("log_level", "expected debug, info, warn, error");
  level = static_cast<Level>(found - kLevels.begin());
  return {};
}

}  // namespace

Result<ExecutorConfig> parse_executor_config(std::string_view text, const std::string& name) {
  TRY(const KeyLines lines, KeyLines::parse(text, name, {.known = kKeys, .required = kRequired}));
  ExecutorConfig config;
  TRY_STATUS(read_path(lines, "state_directory", config.state_directory));
  TRY_STATUS(read_path(lines, "socket", config.socket));
  TRY_STATUS(read_path(lines, "trust_file", config.trust_file));
  TRY_STATUS(read_path(lines, "patch_root", config.patch_root));
  TRY_STATUS(read_path(lines, "apt_helper", config.apt_helper));
  TRY_STATUS(read_path(lines, "task_helper", config.task_helper));
  TRY_STATUS(read_span(lines, "lock_wait", config.lock_wait, kLockWaitMax));
  TRY_STATUS(read_span(lines, "idle_exit", config.idle_exit, std::chrono::hours(24)));
  TRY_STATUS(read_tasks(lines, config.limits.tasks));
  TRY_STATUS(read_path(lines, "collect_helper", config.collect_helper));
  TRY_STATUS(read_probes(lines, config.probes));
  TRY_STATUS(read_level(lines, config.log_level));
  TRY_STATUS(read_path(lines, "restart_helper", config.restart_helper));
  config.task_slice = lines.text("task_slice");
  if (!config.task_slice.empty() && !config.task_slice.ends_with(".slice")) {
    return lines.complain("task_slice", "expected the name of a slice, such as x.slice");
  }
  TRY(config.agent_uid, read_agent(lines));
  if (!config.patch_root.empty()) {
    // What runs on this machine is not what was patched.
    config.limits.tasks.erase(TaskKind::RestartService);
    config.limits.tasks.erase(TaskKind::Reboot);
  }
  return config;
}

Status expect_own(const std::string& path) {
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0) {
    return fail(Fault::Unavailable, loop::describe_errno(path, errno));
  }
  if (file.st_uid != ::geteuid() || (file.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(Fault::Denied, path + ": others can write this: chown root, chmod go-w");
  }
  return {};
}

Result<ExecutorConfig> read_executor_config(const std::string& path) {
  TRY_STATUS(expect_own(path));
  TRY(const Bytes text, loop::read_file(path, kKeyLinesBytesMax));
  TRY(ExecutorConfig config, parse_executor_config(as_text(text), path));
  TRY_STATUS(expect_own(config.trust_file));
  // Run by root or changed by it; one that is not there is found missing where it is needed.
  for (const std::string& used : {config.patch_root, config.apt_helper, config.task_helper,
                                  config.restart_helper, config.collect_helper}) {
    const Status own = used.empty() ? Status{} : expect_own(used);
    if (!own && own.error().fault == Fault::Denied) return std::unexpected(own.error());
  }
  return config;
}

}  // namespace mainstay::executor
