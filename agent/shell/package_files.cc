#include "agent/shell/package_files.h"

#include <algorithm>

#include <sys/stat.h>

namespace mainstay::agent {
namespace {

// dpkg and apt put new files in place of old ones, which changes the folder, too.
constexpr std::array<const char*, PackageFiles::kCount> kPaths = {
    "/var/lib/dpkg/status",         "/var/lib/dpkg/updates",  "/var/lib/apt/lists",
    "/var/lib/apt/extended_states", "/etc/apt/apt.conf",      "/etc/apt/apt.conf.d",
    "/etc/apt/preferences",         "/etc/apt/preferences.d", "/etc/apt/sources.list",
    "/etc/apt/sources.list.d",      "/etc/os-release"};

std::int64_t nanoseconds(const timespec& at) {
  return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

}  // namespace

PackageFiles package_files(const std::string& root) {
  PackageFiles files;
  for (std::size_t i = 0; i < PackageFiles::kCount; ++i) {
    struct stat entry = {};
    if (::stat((root + kPaths[i]).c_str(), &entry) != 0) continue;
    files.marks[i] = {
        .inode = entry.st_ino,
        .size = entry.st_size,
        .changed_ns = std::max(nanoseconds(entry.st_mtim), nanoseconds(entry.st_ctim))};
  }
  return files;
}

}  // namespace mainstay::agent
