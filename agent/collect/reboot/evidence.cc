#include "agent/collect/reboot/evidence.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>
#include <unordered_map>

#include "agent/restart/need.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMarkBytesMax = 64UL * 1024;
constexpr std::size_t kMarkPackagesMax = 64;
constexpr std::size_t kFilesMax = 16'384;          // that are looked up; of all processes together
constexpr std::size_t kListBytesMax = 32UL << 20;  // of one package; a kernel's has 0.4 MiB
constexpr std::size_t kLivepatchesMax = 64;

std::vector<std::string> lines_of(std::string_view text, std::size_t max) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < max) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

/// The first process can be looked into: where it cannot, others may be hidden altogether
/// (hidepid, a sandbox), and a list of all that is seen is not one of all that is.
bool sees_first(const std::string& proc) {
  std::ifstream maps(proc + "/1/maps");
  std::string line;
  return maps.is_open() && static_cast<bool>(std::getline(maps, line));
}

std::vector<std::string> active_livepatches(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (names.size() == kLivepatchesMax) break;
    std::ifstream file(entry.path() / "enabled");
    std::string word;
    if (std::getline(file, word) && word == "1") names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

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

RebootEvidence gather_evidence(const HostPlaces& places) {
  const restart::Places below = {
      .root = places.root, .proc = places.proc, .release = places.release};
  const restart::OldCodeFound found = restart::find_old_code(places.proc);
  RebootEvidence evidence;
  evidence.kernel_running = places.release;
  evidence.kernel_reason = restart::kernel_reason(below);
  evidence.code_reasons = restart::old_code_reasons(found.old);
  evidence.old = found.old;
  evidence.sees_all = found.complete && sees_first(places.proc);
  evidence.mark = restart::reboot_mark(below);
  if (!evidence.mark.empty()) {
    const auto names = loop::read_file(places.root + evidence.mark + ".pkgs", kMarkBytesMax);
    if (names.has_value()) evidence.mark_packages = lines_of(as_text(*names), kMarkPackagesMax);
  }
  evidence.livepatches = active_livepatches(places.livepatch);
  // All processes may run one library.
  std::set<std::string> files;
  for (const auto& code : found.old) files.insert(code.file);
  // Those without a package are named without it, which makes no judgement another one.
  evidence.packages = packages_of(places.root, {files.begin(), files.end()}).packages;
  return evidence;
}

}  // namespace mainstay::agent
