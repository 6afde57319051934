#include "agent/executor/shim/sandbox.h"

#include <cerrno>

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/loop/files.h"

namespace mainstay::sandbox {

namespace {

bool leave_network() {
  return ::unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0;
}

bool mounts_read_only() {
  if (::unshare(CLONE_NEWNS) != 0) return false;
  // Private first: otherwise read-only would spread to the whole machine.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
  return ::mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes) == 0;
}

}  // namespace

Status enter(uid_t uid) {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail(Fault::Unavailable, loop::describe_errno("no_new_privs", errno));
  }
  if (::geteuid() != 0) return {};
  if (!leave_network()) {
    return fail(Fault::Unavailable, loop::describe_errno("a task without network", errno));
  }
  if (!mounts_read_only()) {
    return fail(Fault::Unavailable, loop::describe_errno("a task with read-only mounts", errno));
  }
  const rlimit processes{.rlim_cur = 256, .rlim_max = 256};
  ::setrlimit(RLIMIT_NPROC, &processes);
  if (::setgroups(0, nullptr) != 0 || ::setresgid(uid, uid, uid) != 0 ||
      ::setresuid(uid, uid, uid) != 0) {
    return fail(Fault::Unavailable, loop::describe_errno("throw-away user", errno));
  }
  return {};
}

void end_all_of(uid_t uid) {
  if (::geteuid() != 0) return;
  const pid_t child = ::fork();
  if (child == 0) {
    // As that user: the kernel then spares everybody else's processes.
    if (::setresuid(uid, uid, uid) == 0) ::kill(-1, SIGKILL);
    ::_exit(0);
  }
  if (child > 0) ::waitpid(child, nullptr, 0);
}

}  // namespace mainstay::sandbox
