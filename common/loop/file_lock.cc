#include "common/loop/file_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

#include "common/loop/files.h"

namespace mainstay::loop {

namespace {

/// 0, or the errno of the attempt; EWOULDBLOCK if another holds it.
int try_flock(int fd) {
  int outcome = 0;
  do {
    outcome = ::flock(fd, LOCK_EX | LOCK_NB);
  } while (outcome != 0 && errno == EINTR);
  return outcome == 0 ? 0 : errno;
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.open()) return fail(Fault::Unavailable, describe_errno(path, errno));
  const int error = try_flock(fd.get());
  if (error == EWOULDBLOCK) return fail(Fault::Denied, path + ": held by another process");
  if (error != 0) return fail(Fault::Unavailable, describe_errno(path, error));
  return FileLock(std::move(fd));
}

Result<bool> FileLock::held(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.open() && errno == ENOENT) return false;
  if (!fd.open()) return fail(Fault::Unavailable, describe_errno(path, errno));
  const int error = try_flock(fd.get());
  if (error == EWOULDBLOCK) return true;
  if (error != 0) return fail(Fault::Unavailable, describe_errno(path, error));
  return false;
}

}  // namespace mainstay::loop
