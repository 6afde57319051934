#include "agent/apt/host.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <apt-pkg/configuration.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace mainstay::apt {
namespace {

constexpr std::size_t kReleaseLinesMax = 256;

std::int64_t changed_at(const std::string& path) {
  struct stat file{};
  return stat(path.c_str(), &file) == 0 ? std::int64_t{file.st_mtim.tv_sec} : 0;
}

std::string unquote(std::string value) {
  std::erase_if(value, [](char c) { return c == '"' || c == '\''; });
  return value;
}

void read_release(const std::string& root, Facts& facts) {
  std::ifstream file(root + "/etc/os-release");
  if (!file) file.open(root + "/usr/lib/os-release");
  std::string line;
  for (std::size_t i = 0; i < kReleaseLinesMax && std::getline(file, line); ++i) {
    if (line.starts_with("ID=")) facts.os_id = unquote(line.substr(3));
    if (line.starts_with("VERSION_ID=")) facts.os_version = unquote(line.substr(11));
    if (line.starts_with("VERSION_CODENAME=")) facts.os_codename = unquote(line.substr(17));
  }
}

}  // namespace

std::int64_t free_bytes(const std::string& folder) {
  struct statvfs space{};
  if (statvfs(folder.c_str(), &space) != 0) return -1;
  return static_cast<std::int64_t>(space.f_bavail) * static_cast<std::int64_t>(space.f_frsize);
}

Facts read_facts(const Root& root) {
  Facts facts;
  read_release(root.path, facts);
  facts.architecture = _config->Find("APT::Architecture");
  facts.var_free_bytes = free_bytes(root.path + "/var");
  facts.boot_free_bytes = free_bytes(root.path + "/boot");
  // apt gives a list the date of its publication; every refresh works in partial/, changed or not.
  facts.refreshed_unix_seconds = changed_at(root.lists + "partial");
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root.lists, error)) {
    const std::string name = entry.path().filename();
    if (!name.ends_with("Release") && !name.contains("_Packages")) continue;
    facts.published_unix_seconds =
        std::max(facts.published_unix_seconds, changed_at(entry.path().string()));
  }
  if (facts.published_unix_seconds == 0) facts.refreshed_unix_seconds = 0;
  return facts;
}

}  // namespace mainstay::apt
