#include "agent/collect/updaters/units.h"

#include <array>
#include <filesystem>

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

// Where systemd looks, nearest first.
constexpr std::array<const char*, 6> kFolders = {
    "/etc/systemd/system",           "/run/systemd/system",     "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"};

bool is_there(const fs::path& path) {
  std::error_code error;
  // A link counts by itself: its target lies outside where the root is an image.
  return fs::exists(fs::symlink_status(path, error));
}

bool is_masked(const std::string& root, const std::string& unit) {
  for (const char* folder : {"/etc/systemd/system/", "/run/systemd/system/"}) {
    std::error_code error;
    const fs::path target = fs::read_symlink(root + folder + unit, error);
    if (!error && target == "/dev/null") return true;
  }
  return false;
}

bool is_wanted(const fs::path& folder, const std::string& unit) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    const bool pulls = name.ends_with(".wants") || name.ends_with(".requires");
    if (pulls && is_there(entry.path() / unit)) return true;
  }
  return false;
}

/// "S01puppet" in a runlevel that servers use.
bool is_started_by_script(const std::string& root, const std::string& unit) {
  const std::string name = unit.substr(0, unit.rfind('.'));
  for (const char* level : {"/etc/rc2.d", "/etc/rc3.d", "/etc/rc5.d"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root + level, error)) {
      const std::string link = entry.path().filename();
      if (link.size() > 3 && link[0] == 'S' && link.substr(3) == name) return true;
    }
  }
  return false;
}

}  // namespace

bool is_enabled(const std::string& root, const std::string& unit) {
  if (is_masked(root, unit)) return false;
  for (const char* folder : kFolders) {
    if (is_wanted(root + folder, unit)) return true;
  }
  // Where systemd is, scripts of runlevels count by their generated units alone.
  return !is_there(root + "/run/systemd/system") && is_started_by_script(root, unit);
}

bool is_running(const std::string& root, const std::string& unit) {
  for (const char* folder : {"/sys/fs/cgroup/system.slice/", "/sys/fs/cgroup/systemd/system.slice/",
                             "/sys/fs/cgroup/unified/system.slice/"}) {
    if (is_there(root + folder + unit)) return true;
  }
  return false;
}

}  // namespace mainstay::agent
