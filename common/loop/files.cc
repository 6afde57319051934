#include "common/loop/files.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/errno_text.h"
#include "common/loop/fd.h"

namespace mainstay::loop {

namespace {

std::unexpected<Error> fail_errno(const std::string& path) {
  const int error = errno;
  return fail(error == EEXIST ? Fault::Denied : Fault::Unavailable, describe_errno(path, error));
}

int open_retrying(const std::string& path, int flags, mode_t mode = 0) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, mode);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

Status write_and_sync(int fd, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_errno(path);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  if (::fsync(fd) != 0) return fail_errno(path);
  return {};
}

}  // namespace

std::string describe_errno(const std::string& what, int error) {
  return errno_text(what, error);
}

Result<Bytes> read_file(const std::string& path, std::size_t bytes_max) {
  // O_NONBLOCK, so that a FIFO put in the file's place cannot hold us.
  const Fd fd(open_retrying(path, O_RDONLY | O_NONBLOCK));
  if (!fd.open()) return fail_errno(path);
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return fail_errno(path);
  if (!S_ISREG(info.st_mode)) return fail(Fault::Malformed, path + ": not a regular file");
  Bytes bytes;
  constexpr std::size_t kStep = 64UL * 1024;
  while (bytes.size() <= bytes_max) {
    const std::size_t had = bytes.size();
    bytes.resize(had + kStep);
    const ssize_t count = ::read(fd.get(), bytes.data() + had, kStep);
    bytes.resize(had + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_errno(path);
    if (count == 0) return bytes;
  }
  return fail(Fault::Malformed, path + ": longer than " + std::to_string(bytes_max) + " bytes");
}

Status sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Fd fd(open_retrying(folder, O_RDONLY | O_DIRECTORY));
  if (!fd.open() || ::fsync(fd.get()) != 0) return fail_errno(folder);
  return {};
}

Status write_file_durably(const std::string& path, ByteView bytes, mode_t mode) {
  // One name per process: two writers of one path are a bug, a leftover of a crash is not.
  const std::string fresh = path + ".new." + std::to_string(::getpid());
  ::unlink(fresh.c_str());
  {
    const Fd fd(open_retrying(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
    // What was asked for is named, not what is made on the way to it.
    if (!fd.open()) return fail_errno(path);
    // The mode given at creation is cut by the umask.
    if (::fchmod(fd.get(), mode) != 0) return fail_errno(path);
    if (Status written = write_and_sync(fd.get(), bytes, path); !written) {
      ::unlink(fresh.c_str());
      return written;
    }
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const auto failure = fail_errno(path);
    ::unlink(fresh.c_str());
    return failure;
  }
  return sync_folder_of(path);
}

Status create_exclusive(const std::string& path, ByteView bytes, mode_t mode) {
  const Fd fd(open_retrying(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
  if (!fd.open()) return fail_errno(path);
  TRY_STATUS(write_and_sync(fd.get(), bytes, path));
  return sync_folder_of(path);
}

Status remove_durably(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail_errno(path);
  return sync_folder_of(path);
}

}  // namespace mainstay::loop
