#include "agent/apt/room.h"

#include <algorithm>
#include <map>

#include <sys/stat.h>

#include "agent/apt/host.h"
#include "agent/apt/simulate.h"

namespace mainstay::apt {
namespace {

constexpr std::int64_t kMiB = 1LL << 20;
// What dpkg writes beside the packages: its database anew, logs, temporary files.
constexpr std::int64_t kVarKept = 64 * kMiB;
constexpr std::int64_t kKept = 16 * kMiB;
// A kernel with its initial ramdisk, which no figure of apt's counts.
constexpr std::int64_t kKernel = 160 * kMiB;

struct FileSystem {
  std::string folder;  // the first that lies on it, as people call it
  std::int64_t free = 0;
  std::int64_t needed = 0;
};

using FileSystems = std::map<dev_t, FileSystem>;

/// What is not there takes nothing: a package root may have no /boot.
void need(FileSystems& systems, const Root& root, const std::string& folder, std::int64_t bytes) {
  const std::string path = root.path + folder;
  struct stat file{};
  if (stat(path.c_str(), &file) != 0) return;
  const auto [found, is_new] = systems.try_emplace(file.st_dev);
  if (is_new) found->second = {.folder = folder, .free = free_bytes(path), .needed = 0};
  found->second.needed += bytes;
}

std::string mib(std::int64_t bytes) {
  return std::to_string((bytes + kMiB - 1) / kMiB) + " MiB";
}

}  // namespace

SetSize size_of(const Simulation& simulation) {
  return {.download_bytes = simulation.download_bytes,
          .install_bytes = simulation.install_bytes,
          .has_kernel = std::ranges::any_of(simulation.set, [](const Change& change) {
            return change.package.name.starts_with("linux-image-");
          })};
}

std::string shortage_of_room(const Root& root, const SetSize& size) {
  FileSystems systems;
  need(systems, root, "/", kKept);
  // Nearly all of a package lies there; which of its files do not, apt cannot tell.
  need(systems, root, "/usr", kKept + std::max<std::int64_t>(0, size.install_bytes));
  need(systems, root, "/var", kVarKept);
  need(systems, root, root.archives.substr(root.path.size()),
       static_cast<std::int64_t>(size.download_bytes));
  need(systems, root, "/boot", size.has_kernel ? kKernel : 0);
  for (const auto& [device, system] : systems) {
    if (system.free < 0 || system.free >= system.needed) continue;
    return "no room below " + system.folder + ": " + mib(system.needed) + " are needed, " +
           mib(system.free) + " are free";
  }
  return "";
}

Refusal judge_set(const Root& root, const Simulation& simulation,
                  const std::vector<PackageVersion>& set) {
  if (!simulation.removals.empty()) {
    return {ExitCode::WouldRemove, "the set cannot be had without removing packages"};
  }
  if (!simulation.missing.empty() || !simulation.blocked.empty()) {
    return {ExitCode::Drift,
            "versions are no longer offered, held here, or older than what is installed"};
  }
  if (!simulation.detail.empty() || !installs_just(simulation, set)) {
    return {ExitCode::Drift, "another set would be installed; " + simulation.detail};
  }
  std::string why = shortage_of_room(root, size_of(simulation));
  return {why.empty() ? ExitCode::Ok : ExitCode::NoRoom, std::move(why)};
}

}  // namespace mainstay::apt
