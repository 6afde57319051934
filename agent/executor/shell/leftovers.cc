#include "agent/executor/shell/leftovers.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>
#include <vector>

#include <signal.h>

#include "agent/executor/shim/sandbox.h"
#include "agent/task/patch.h"
#include "common/core/digest.h"
#include "common/loop/files.h"

namespace mainstay::executor {

namespace {

namespace fs = std::filesystem;

// For the shim itself, to keep what it has before it is ended with the rest.
constexpr Duration kShimTime = std::chrono::seconds(15);
constexpr int kRoundsMax = 16;
constexpr std::size_t kStatBytesMax = 4096;

/// "4711 (dpkg) S parent group session ...": the name may hold anything, a bracket too.
pid_t session_of(const std::string& text) {
  const auto end = text.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream words(text.substr(end + 1));
  std::string state;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  words >> state >> parent >> group >> session;
  return state == "Z" ? 0 : session;
}

std::vector<pid_t> members_of(pid_t session) {
  std::vector<pid_t> members;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    pid_t number = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (bad != std::errc() || end != name.data() + name.size()) continue;
    const auto stat = loop::read_file(entry.path().string() + "/stat", kStatBytesMax);
    if (stat && session_of(std::string(as_text(*stat))) == session) members.push_back(number);
  }
  return members;
}

bool holds_open(pid_t process, const std::string& path) {
  std::error_code error;
  for (const auto& entry :
       fs::directory_iterator("/proc/" + std::to_string(process) + "/fd", error)) {
    std::error_code gone;
    if (fs::read_symlink(entry.path(), gone) == path) return true;
  }
  return false;
}

}  // namespace

uid_t throw_away_uid(const AttemptId& attempt) {
  const Digest digest = sha256(as_bytes(file_name(attempt)));
  uid_t number = 0;
  for (std::size_t at = 0; at < sizeof number; ++at) {
    number = number << 8U | static_cast<uid_t>(digest.value[at]);
  }
  return sandbox::kThrowAwayFirst + number % sandbox::kThrowAwayCount;
}

AttemptEvidence find_evidence(const Folders& folders, const AttemptId& attempt) {
  AttemptEvidence evidence = folders.inspect(attempt);
  const bool left_alone = evidence.started && !evidence.alive && !evidence.result;
  if (left_alone) sandbox::end_all_of(throw_away_uid(attempt));
  return evidence;
}

bool is_overdue(const traces::Started& started, const BootId& boot, Duration within, Instant now) {
  if (started.boottime == Instant{} || started.boot != boot) return false;
  return now >= started.boottime + within + task::kPatchGrace + kShimTime;
}

bool end_session(pid_t shim, const std::string& lock) {
  if (shim <= 1) return false;
  std::vector<pid_t> members = members_of(shim);
  if (std::ranges::none_of(members, [&](pid_t member) { return holds_open(member, lock); })) {
    return false;
  }
  // Again until nobody is found: they may have forked meanwhile.
  for (int round = 0; round < kRoundsMax && !members.empty(); ++round) {
    for (const pid_t member : members) ::kill(member, SIGKILL);
    members = members_of(shim);
  }
  return true;
}

}  // namespace mainstay::executor
