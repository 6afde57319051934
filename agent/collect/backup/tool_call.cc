#include "agent/collect/backup/tool_call.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace mainstay::agent::backup {
namespace {

constexpr std::size_t kTroubleBytesMax = 200;
constexpr std::string_view kRefusal = "ermission denied";

/// Nothing where the user has no entry: then the tools do without.
std::string home_of_user() {
  std::array<char, 16UL * 1024> room{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, room.data(), room.size(), &found) != 0) return "";
  return found == nullptr ? "" : entry.pw_dir;
}

}  // namespace

Result<ToolAnswer> call_tool(const ToolCall& call) {
  if (call.time.max <= Duration{}) {
    return fail(Fault::Unavailable, call.tool + " was not asked: the look's time was over");
  }
  const auto path =
      call.tool.starts_with('/') ? std::optional<std::string>(call.tool) : find_tool(call.tool);
  if (!path) return fail(Fault::Unavailable, call.tool + " is not installed");
  ToolOrder order{.argv = {*path},
                  .environment = call.environment,
                  .output_bytes_max = call.output_bytes_max,
                  .time_max = call.time.max,
                  .group_killed = call.time.group_killed};
  order.argv.insert(order.argv.end(), call.words.begin(), call.words.end());
  if (const std::string home = home_of_user(); !home.empty()) {
    order.environment.push_back("HOME=" + home);
  }
  // Borg does not start without one, and all others may be read-only.
  if (const char* folder = std::getenv("TMPDIR"); folder != nullptr) {
    order.environment.push_back(std::string("TMPDIR=") + folder);
  }
  TRY(ToolAnswer answer, run_tool(order));
  // Half a list would be read as a shorter one.
  if (answer.was_cut) return fail(Fault::Unavailable, call.tool + " said too much to be read");
  return answer;
}

ToolWords words_of(const ToolAnswer& answer) {
  return {.exit = answer.exit, .output = answer.output, .error_output = answer.error_output};
}

std::string as_trouble(const std::string& line) {
  const bool is_refusal = line.contains(kRefusal);
  return is_refusal && ::geteuid() != 0 ? "needs root: " + line : line;
}

std::string trouble_of(const ToolAnswer& answer, const std::string& secret, CauseLine cause) {
  std::string line(cause == CauseLine::First ? first_line(answer.error_output)
                                             : last_line(answer.error_output));
  // Wherever it stands, it is the cause.
  if (const auto refusal = line_with(answer.error_output, kRefusal)) line = *refusal;
  if (line.empty()) line = last_line(answer.output);
  if (!secret.empty() && line.contains(secret)) return "it said its password";
  line.resize(std::min(line.size(), kTroubleBytesMax));
  if (line.empty()) line = "no answer, exit " + std::to_string(answer.exit);
  return as_trouble(line);
}

}  // namespace mainstay::agent::backup
