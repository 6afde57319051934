#include "agent/collect/usage/look.h"

#include <array>

#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/collect/resource/disks/mount_table.h"
#include "agent/collect/resource/local_disks.h"
#include "agent/collect/usage/deleted_open.h"
#include "agent/collect/usage/growers.h"
#include "agent/collect/usage/places.h"
#include "agent/collect/usage/unneeded.h"

namespace mainstay::agent {
namespace {

struct Runtime {
  const char* name;
  const char* socket;
  const char* storage;
};
constexpr std::array<Runtime, 4> kRuntimes = {
    {{"docker", "/run/docker.sock", "/var/lib/docker"},
     {"podman", "/run/podman/podman.sock", "/var/lib/containers"},
     {"containerd", "/run/containerd/containerd.sock", "/var/lib/containerd"},
     {"cri-o", "/run/crio/crio.sock", "/var/lib/containers"}}};

void be_last() {
  // Sandboxes refuse the other two; the kernel treats what this class reads and writes as idle,
  // too.
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_IDLE, &none);
  (void)::setpriority(PRIO_PROCESS, 0, 19);
  // ioprio_set(2), for which libc has no name: this process, class idle.
  constexpr int kProcess = 1;
  constexpr int kIdle = 3 << 13;
  (void)::syscall(SYS_ioprio_set, kProcess, 0, kIdle);
}

void add_runtimes(WalkLimits& limits, SourceReport& report) {
  for (const Runtime& runtime : kRuntimes) {
    struct stat status = {};
    if (::lstat(runtime.socket, &status) != 0 || !S_ISSOCK(status.st_mode)) continue;
    add_folder(runtime.storage, std::string("images and containers of ") + runtime.name,
               std::string("in ") + runtime.storage, limits, report);
  }
}

}  // namespace

Status look_at_usage(const std::vector<std::string>& words, WallTime now, SourceReport& report) {
  std::string state;
  if (words.size() == 2 && words[0] == "--state") {
    state = words[1];
  } else if (!words.empty()) {
    const std::string& wrong = words[words[0] == "--state" && words.size() > 2 ? 2 : 0];
    return fail(Fault::Malformed,
                wrong == "--state" ? "--state: expected a path" : "no such option: " + wrong);
  }
  be_last();
  report.source = Source::Usage;
  report.at = now;
  WalkLimits limits;
  // A table that cannot be read leaves the walks to the limit of time.
  limits.far = read_far_mounts("/proc/self/mountinfo").value_or(std::vector<std::string>());
  std::uint64_t free_to_take = add_places("", limits, report);
  free_to_take += add_unneeded(state, report);
  add_deleted_open("/proc", report);
  add_runtimes(limits, report);
  if (!state.empty()) {
    std::vector<std::string> mounts;
    if (const auto disks = local_disks(); disks.has_value()) {
      for (const LocalDisk& disk : *disks) mounts.push_back(disk.mount);
    }
    add_growers(state + "/folder-sizes", mounts, limits, report);
  }
  report.facts.push_back({Fact::UsageCleanable, static_cast<std::int64_t>(free_to_take)});
  return {};
}

}  // namespace mainstay::agent
