// What the kernel knows of a file without asking whoever has it: a machine or a process that is
// gone would not answer, and hold whoever asks.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace mainstay::agent {

/// As fstatat with `flags`; for a file that is open or some process's root, so that it is known.
inline bool still_status(int folder, const char* name, int flags, struct stat& status) {
  struct statx told = {};
  if (::statx(folder, name, flags | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_BASIC_STATS,
              &told) != 0) {
    return false;
  }
  status = {};
  status.st_dev = ::gnu_dev_makedev(told.stx_dev_major, told.stx_dev_minor);
  status.st_ino = told.stx_ino;
  status.st_mode = told.stx_mode;
  status.st_nlink = told.stx_nlink;
  status.st_blocks = static_cast<blkcnt_t>(told.stx_blocks);
  return true;
}

}  // namespace mainstay::agent
