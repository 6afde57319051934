#include "agent/executor/shim/traces.h"

#include <algorithm>
#include <array>
#include <span>

#include "common/plan/key_lines.h"

namespace mainstay::executor::traces {

namespace {

constexpr std::array<std::string_view, 5> kStartedKeys = {"barred", "boot", "pid", "at_ms",
                                                          "boottime_ms"};
constexpr std::size_t kStartedRequired = 4;  // the first
constexpr std::array<std::string_view, 9> kResultKeys = {
    "exit_code", "timed_out",     "started_at_ms", "finished_at_ms", "finished_boottime_ms",
    "boot",      "output_digest", "output_bytes",  "reason"};
constexpr std::size_t kReasonBytesMax = 512;
constexpr std::uint64_t kTimeMax = std::uint64_t{1} << 62U;

/// One line, whatever a system's error text holds, without the blanks around it that a reader
/// drops.
std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c >= '\0' && c < ' '; }, ' ');
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  text.resize(std::min(text.size(), kReasonBytesMax));
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

Result<WallTime> wall(const KeyLines& lines, std::string_view key) {
  TRY(const std::uint64_t ms, lines.number(key, kTimeMax));
  return wall_from_ms(static_cast<std::int64_t>(ms));
}

}  // namespace

std::string started_text(const Started& started) {
  return "barred: " + std::string(started.barred ? "1" : "0") +
         "\nboot: " + to_hex(started.boot.view()) + "\npid: " + std::to_string(started.pid) +
         "\nat_ms: " + std::to_string(to_ms(started.at)) +
         "\nboottime_ms: " + std::to_string(to_ms(started.boottime)) + "\n";
}

Result<Started> read_started(std::string_view text) {
  TRY(const KeyLines lines,
      KeyLines::parse(
          text, "started",
          {.known = kStartedKeys, .required = std::span(kStartedKeys).first(kStartedRequired)}));
  Started started;
  TRY(const std::uint64_t barred, lines.number("barred", 1));
  started.barred = barred == 1;
  TRY(started.boot, lines.id32<BootId>("boot"));
  TRY(const std::uint64_t pid, lines.number("pid", 1U << 30U));
  started.pid = static_cast<pid_t>(pid);
  TRY(started.at, wall(lines, "at_ms"));
  if (lines.has("boottime_ms")) {
    TRY(const std::uint64_t boottime, lines.number("boottime_ms", kTimeMax));
    started.boottime = instant_from_ms(static_cast<std::int64_t>(boottime));
  }
  return started;
}

AttemptEvidence shown_by_mark(std::string_view text) {
  const auto mark = read_started(text);
  AttemptEvidence evidence;
  evidence.barred = mark && mark->barred;
  evidence.started = !evidence.barred;
  return evidence;
}

std::string result_text(const TaskResult& result) {
  return "exit_code: " + std::to_string(result.exit_code) +
         "\ntimed_out: " + (result.timed_out ? "1" : "0") +
         "\nstarted_at_ms: " + std::to_string(to_ms(result.started_at)) +
         "\nfinished_at_ms: " + std::to_string(to_ms(result.finished_at)) +
         "\nfinished_boottime_ms: " + std::to_string(to_ms(result.finished_boottime)) +
         "\nboot: " + to_hex(result.boot.view()) +
         "\noutput_digest: " + to_hex(result.output_digest.view()) +
         "\noutput_bytes: " + std::to_string(result.output_bytes) +
         "\nreason: " + one_line(result.reason) + "\n";
}

Result<TaskResult> read_result(std::string_view text) {
  TRY(const KeyLines lines,
      KeyLines::parse(text, "result", {.known = kResultKeys, .required = kResultKeys}));
  TaskResult result;
  TRY(const std::uint64_t code, lines.number("exit_code", 255));
  result.exit_code = static_cast<int>(code);
  TRY(const std::uint64_t timed_out, lines.number("timed_out", 1));
  result.timed_out = timed_out == 1;
  TRY(result.started_at, wall(lines, "started_at_ms"));
  TRY(result.finished_at, wall(lines, "finished_at_ms"));
  TRY(const std::uint64_t boottime, lines.number("finished_boottime_ms", kTimeMax));
  result.finished_boottime = instant_from_ms(static_cast<std::int64_t>(boottime));
  TRY(result.boot, lines.id32<BootId>("boot"));
  TRY(result.output_digest, lines.id32<Digest>("output_digest"));
  TRY(result.output_bytes, lines.number("output_bytes", kTimeMax));
  result.reason = lines.text("reason");
  return result;
}

}  // namespace mainstay::executor::traces
