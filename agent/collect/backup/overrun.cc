#include "agent/collect/backup/overrun.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <sstream>

#include <unistd.h>

#include "agent/collect/backup/state_file.h"
#include "common/core/span_text.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::string_view kKeys[] = {"overruns", "at", "group", "boot", "set"};
constexpr std::uint32_t kCountMax = 16;
// One look of the usual four an hour is left out, then three, and so on.
constexpr Duration kPauseMin = std::chrono::minutes(20);
constexpr Duration kPauseMax = std::chrono::hours(4);

std::string path_of(const OverrunPlace& place) {
  return place.folder + "/" + place.set + ".overrun";
}

struct ProcessStat {
  char state = 0;
  std::string group;
};

/// `pid (name) state parent group ...`; a name may hold anything, brackets too.
ProcessStat read_stat(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string stat;
  std::getline(file, stat);
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos) return {};
  std::istringstream rest(stat.substr(name_end + 2));
  ProcessStat read;
  std::string parent;
  rest >> read.state >> parent >> read.group;
  return read;
}

/// Each folder of a process or thread in there, until one is found.
bool any_of_folder(const std::filesystem::path& folder,
                   const std::function<bool(const std::filesystem::path&)>& is_one) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name.find_first_not_of("0123456789") == std::string::npos && is_one(entry->path())) {
      return true;
    }
  }
  return false;
}

/// Only one that waits in the kernel outlives its kill, as a thread whose program's first one has
/// ended, too. A number may be another group's by now, of which hardly one waits.
bool is_left(pid_t group) {
  if (group <= 0) return false;
  return any_of_folder("/proc", [&](const std::filesystem::path& process) {
    if (read_stat(process / "stat").group != std::to_string(group)) return false;
    return any_of_folder(process / "task", [](const std::filesystem::path& thread) {
      return read_stat(thread / "stat").state == 'D';
    });
  });
}

WallTime asked_again(const Overrun& overrun) {
  const std::uint32_t doublings = std::min(std::max(overrun.count, 1U) - 1, kCountMax);
  return overrun.at + std::min(kPauseMax, kPauseMin * (std::int64_t{1} << doublings));
}

}  // namespace

Overrun overrun_of(const OverrunPlace& place, WallTime now) {
  if (place.folder.empty()) return {};
  const auto lines = read_state(path_of(place), kKeys);
  if (!lines.has_value() || !*lines) return {};
  if ((**lines).text("boot") != place.boot || (**lines).text("set") != place.definition) return {};
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
                     {"group", std::to_string(overrun.group)},
                     {"boot", place.boot},
                     {"set", place.definition}});
}

void forget_overrun(const OverrunPlace& place) {
  if (!place.folder.empty()) ::unlink(path_of(place).c_str());
}

std::string asked_again_text(const Overrun& overrun) {
  return "it is asked again at " + utc_text(asked_again(overrun));
}

std::string why_not_asked(const Overrun& overrun, WallTime now) {
  if (is_left(overrun.group)) return "does not answer, an earlier look at it has not ended";
  if (overrun.count == 0 || now >= asked_again(overrun)) return {};
  return "its last look did not end in time; " + asked_again_text(overrun);
}

}  // namespace mainstay::agent::backup
