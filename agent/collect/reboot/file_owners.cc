#include "agent/collect/reboot/file_owners.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <unordered_map>

#include "agent/collect/reboot/rpm_owners.h"
#include "common/core/bytes.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesMax = 16'384;          // that are looked up; of all processes together
constexpr std::size_t kListBytesMax = 32UL << 20;  // of one package; a kernel's has 0.4 MiB

/// The same file where /lib is a link to /usr/lib: dpkg's lists and the kernel may name it either
/// way.
std::string other_name(const std::string& file) {
  constexpr std::string_view kMerged = "/usr";
  return file.starts_with("/usr/") ? file.substr(kMerged.size()) : std::string(kMerged) + file;
}

using Wanted = std::unordered_map<std::string_view, const std::string*>;  // by the name in a list

void add_owned(std::string_view lines, const std::string& package, const Wanted& wanted,
               std::map<std::string, std::string>& packages) {
  // A machine has a quarter of a million lines of these.
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const auto found = wanted.find(line);
    if (found != wanted.end()) packages.emplace(*found->second, package);
  }
}

}  // namespace

FileOwners packages_of(const std::string& root, const std::vector<std::string>& files) {
  FileOwners owners;
  if (files.empty()) return owners;
  std::vector<std::string> others;
  for (const std::string& file : files) others.push_back(other_name(file));
  Wanted wanted;
  for (std::size_t at = 0; at < std::min(files.size(), kFilesMax); ++at) {
    wanted.emplace(files[at], &files[at]);
    wanted.emplace(others[at], &files[at]);
  }
  owners.is_complete = files.size() <= kFilesMax;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root + "/var/lib/dpkg/info", error)) {
    const std::string list = entry.path().filename();
    if (!list.ends_with(".list")) continue;
    const auto bytes = loop::read_file(entry.path(), kListBytesMax);
    if (!bytes.has_value()) {
      owners.is_complete = false;
      continue;
    }
    // "libssl3:amd64.list": the architecture is of no interest here.
    const std::string package = list.substr(0, std::min(list.find(':'), list.rfind('.')));
    add_owned(as_text(*bytes), package, wanted, owners.packages);
  }
  if (error) owners.is_complete = false;
  return owners;
}

FileOwners owners_here(const std::vector<std::string>& files) {
  std::error_code error;
  if (fs::exists("/var/lib/dpkg/status", error)) return packages_of("", files);
  return ask_rpm_owners(files);
}

}  // namespace mainstay::agent
