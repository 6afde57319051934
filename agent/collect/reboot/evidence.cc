#include "agent/collect/reboot/evidence.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
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

}  // namespace

std::map<std::string, std::string> packages_of(const std::string& root,
                                               const std::vector<std::string>& files) {
  std::vector<std::string> others;
  for (const std::string& file : files) others.push_back(other_name(file));
  std::unordered_map<std::string_view, const std::string*> names;  // by the name in a list
  for (std::size_t at = 0; at < std::min(files.size(), kFilesMax); ++at) {
    names.emplace(files[at], &files[at]);
    names.emplace(others[at], &files[at]);
  }
  std::map<std::string, std::string> packages;
  std::error_code error;
  if (names.empty()) return packages;
  for (const auto& entry : fs::directory_iterator(root + "/var/lib/dpkg/info", error)) {
    const std::string list = entry.path().filename();
    if (!list.ends_with(".list")) continue;
    const auto bytes = loop::read_file(entry.path(), kListBytesMax);
    if (!bytes.has_value()) continue;
    // A machine has a quarter of a million lines of these.
    std::string_view lines = as_text(*bytes);
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(std::min(lines.size(), line.size() + 1));
      const auto found = names.find(line);
      if (found == names.end()) continue;
      // "libssl3:amd64.list": the architecture is of no interest here.
      packages.emplace(*found->second, list.substr(0, std::min(list.find(':'), list.rfind('.'))));
    }
  }
  return packages;
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
  std::vector<std::string> files;
  for (const auto& code : found.old) files.push_back(code.file);
  evidence.packages = packages_of(places.root, files);
  return evidence;
}

}  // namespace mainstay::agent
