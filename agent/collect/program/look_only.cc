#include "agent/collect/program/look_only.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/core/errno_text.h"

namespace mainstay::agent {
namespace {

std::unexpected<Error> cannot(const char* what) {
  return fail(Fault::Unavailable, errno_text(what, errno));
}

bool is_read_only(const char* path) {
  struct statvfs place = {};
  return ::statvfs(path, &place) == 0 && (place.f_flag & ST_RDONLY) != 0;
}

Status keep_writable(const std::string& folder) {
  if (folder.empty()) return {};
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return cannot(folder.c_str());
  // A mount of its own, which can stay as it is while the one around it changes.
  if (::mount(folder.c_str(), folder.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    return cannot(folder.c_str());
  }
  return {};
}

Status make_mounts_read_only(const std::string& writable) {
  if (::unshare(CLONE_NEWNS) != 0) {
    // A service whose manager made everything read-only may not make namespaces either.
    if (is_read_only("/") && is_read_only("/usr") && is_read_only("/etc")) return {};
    return cannot("mounts of its own");
  }
  // Private first: otherwise read-only would spread to the whole machine.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return cannot("mounts");
  TRY_STATUS(keep_writable(writable));
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
  if (::mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes) != 0) {
    return cannot("read-only mounts");
  }
  if (writable.empty()) return {};
  attributes = {};
  attributes.attr_clr = MOUNT_ATTR_RDONLY;
  if (::mount_setattr(AT_FDCWD, writable.c_str(), 0, &attributes, sizeof attributes) != 0) {
    return cannot(writable.c_str());
  }
  return {};
}

Status drop_capabilities() {
  // Never more than before: a service's own bounds may leave fewer.
  static constexpr std::array kKept = {CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SETUID, CAP_SETGID,
                                       CAP_KILL};
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, 2> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return cannot("capabilities");
  std::uint32_t kept = 0;
  for (const int capability : kKept) kept |= 1U << static_cast<unsigned>(capability);
  data[0] = {.effective = data[0].permitted & kept,
             .permitted = data[0].permitted & kept,
             .inheritable = 0};
  data[1] = {};
  if (::syscall(SYS_capset, &header, data.data()) != 0) return cannot("capabilities");
  return {};
}

}  // namespace

Status look_only(const std::string& writable) {
  // Without this root's next program would have all capabilities again.
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return cannot("no_new_privs");
  if (::geteuid() != 0) return {};
  TRY_STATUS(make_mounts_read_only(writable));
  return drop_capabilities();
}

}  // namespace mainstay::agent
