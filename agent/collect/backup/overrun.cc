#include "agent/collect/backup/overrun.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>

#include <unistd.h>

#include "agent/collect/backup/state_file.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::string_view kKeys[] = {"overruns", "at", "group"};
constexpr std::uint32_t kCountMax = 16;
// One look of the usual four an hour is left out, then three, and so on.
constexpr Duration kPauseMin = std::chrono::minutes(20);
constexpr Duration kPauseMax = std::chrono::hours(4);

std::string path_of(const OverrunPlace& place) {
  return place.folder + "/" + place.set + ".overrun";
}

/// `pid (name) state parent group ...`; a name may hold anything, brackets too.
bool waits_in_group(const std::string& stat, pid_t group) {
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos) return false;
  const std::string rest = stat.substr(name_end + 2);
  if (!rest.starts_with("D ")) return false;
  const std::size_t parent_end = rest.find(' ', 2);
  return parent_end != std::string::npos &&
         rest.compare(parent_end + 1, std::to_string(group).size() + 1,
                      std::to_string(group) + " ") == 0;
}

/// Only one that waits in the kernel outlives its kill. A number may be another group's by now, of
/// which hardly one waits.
bool is_left(pid_t group) {
  if (group <= 0) return false;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    if (std::getline(file, stat) && waits_in_group(stat, group)) return true;
  }
  return false;
}

}  // namespace

Overrun overrun_of(const OverrunPlace& place, WallTime now) {
  if (place.folder.empty()) return {};
  const auto lines = read_state(path_of(place), kKeys);
  if (!lines.has_value() || !*lines) return {};
  const auto count = (**lines).number("overruns", kCountMax);
  const auto at = instant_in(**lines, "at", now);
  const auto group = (**lines).number("group", std::numeric_limits<pid_t>::max());
  if (!count.has_value() || !at.has_value() || !group.has_value()) return {};
  return {
      .count = static_cast<std::uint32_t>(*count), .at = *at, .group = static_cast<pid_t>(*group)};
}

void note_overrun(const OverrunPlace& place, const Overrun& overrun) {
  if (place.folder.empty()) return;
  // Without a place to keep it, it is asked again at the next look.
  (void)write_state(path_of(place),
                    {{"overruns", std::to_string(std::min(overrun.count, kCountMax))},
                     {"at", seconds_line(overrun.at)},
                     {"group", std::to_string(overrun.group)}});
}

void forget_overrun(const OverrunPlace& place) {
  if (!place.folder.empty()) ::unlink(path_of(place).c_str());
}

std::string why_not_asked(const Overrun& overrun, WallTime now) {
  if (is_left(overrun.group)) return "does not answer, an earlier look at it has not ended";
  if (overrun.count == 0) return {};
  const Duration pause =
      std::min(kPauseMax, kPauseMin * (std::int64_t{1} << std::min(overrun.count - 1, kCountMax)));
  if (now >= overrun.at + pause) return {};
  return std::string("its last look did not end in time") + kAskedLater;
}

}  // namespace mainstay::agent::backup
