#include "agent/collect/reboot/evidence.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>

#include "agent/collect/reboot/file_owners.h"
#include "agent/restart/need.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMarkBytesMax = 64UL * 1024;
constexpr std::size_t kMarkPackagesMax = 64;
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

}  // namespace

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
  const std::vector<std::string> all(files.begin(), files.end());
  evidence.packages =
      (places.root.empty() ? owners_here(all) : packages_of(places.root, all)).packages;
  return evidence;
}

}  // namespace mainstay::agent
