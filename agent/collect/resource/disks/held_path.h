// The lock of a path, held by a process as a child of another look would hold it. Tests only.
#pragma once

#include <csignal>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/collect/resource/disks/path_lock.h"
#include "common/core/check.h"
#include "common/loop/fd.h"

namespace mainstay::agent {

class HeldPath {
 public:
  HeldPath(const std::string& folder, const std::string& path) {
    int ends[2] = {-1, -1};
    CHECK(::pipe2(ends, O_CLOEXEC) == 0);
    const loop::Fd read_end(ends[0]);
    loop::Fd write_end(ends[1]);
    const PathLock lock = path_lock(folder, path);
    holder_ = ::fork();
    CHECK(holder_ >= 0);
    if (holder_ == 0) {
      hold(lock);
      (void)::write(write_end.get(), "", 1);
      for (;;) ::pause();
    }
    write_end.reset();
    char held = 0;
    CHECK(::read(read_end.get(), &held, 1) == 1);
  }
  HeldPath(const HeldPath&) = delete;
  HeldPath& operator=(const HeldPath&) = delete;
  ~HeldPath() { let_go(); }

  void let_go() {
    if (holder_ < 0) return;
    ::kill(holder_, SIGKILL);
    ::waitpid(holder_, nullptr, 0);
    holder_ = -1;
  }

 private:
  pid_t holder_ = -1;
};

}  // namespace mainstay::agent
