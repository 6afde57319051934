#include "common/store/folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/core/errno_text.h"

namespace mainstay::store {

namespace {

constexpr std::string_view kClosed = "closed";

std::string read_line(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  char text[128] = {};
  const ssize_t count = read(fd, text, sizeof(text));
  close(fd);
  const std::string_view all(text, count < 0 ? 0 : static_cast<std::size_t>(count));
  return std::string(all.substr(0, all.find('\n')));
}

bool write_line(const std::string& path, std::string_view line) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written = write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  const bool synced = fsync(fd) == 0;
  close(fd);
  return written && synced;
}

std::string parent_of(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status sync_folder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (!synced) return fail(Fault::Unavailable, errno_text("cannot sync " + path, error));
  return {};
}

}  // namespace

Result<Folder> Folder::take(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) {
    // What is synced in a folder that a power cut takes away is lost with it.
    TRY_STATUS(sync_folder(parent_of(path)));
  } else if (errno != EEXIST) {
    return fail(Fault::Unavailable, errno_text("cannot make the store's folder " + path, errno));
  }
  const std::string file = path + "/lock";
  const int lock = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return fail(Fault::Unavailable, errno_text("cannot open " + file, errno));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    close(lock);
    if (error != EWOULDBLOCK) {
      return fail(Fault::Unavailable, errno_text("cannot lock " + file, error));
    }
    return fail(Fault::Unavailable, "the store " + path + " is in use by process " +
                                        read_line(file) + "; two on one store would destroy it");
  }
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(lock, 0) != 0 ||
      pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    const int error = errno;
    close(lock);
    return fail(Fault::Unavailable, errno_text("cannot write " + file, error));
  }
  return Folder(path, lock);
}

Folder::Folder(Folder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

Folder::~Folder() {
  if (lock_ >= 0) close(lock_);
}

void Folder::prepare_cache() const {
  const std::string marker = path_ + "/cache.boot";
  const std::string boot = read_line("/proc/sys/kernel/random/boot_id");
  const std::string last = read_line(marker);
  if (last != kClosed && (last.empty() || last != boot)) remove_cache();
  // On a full disk what cannot be marked must not be kept, and that is all: a cache may be lost.
  if (!write_line(marker, boot)) {
    unlink(marker.c_str());
    remove_cache();
  }
}

void Folder::mark_cache_closed() const {
  static_cast<void>(write_line(path_ + "/cache.boot", kClosed));  // else it is thrown away: allowed
}

void Folder::remove_cache() const {
  unlink(cache().c_str());
  unlink((cache() + "-lock").c_str());
}

void Folder::keep_ballast(std::size_t bytes) const {
  const std::string file = path_ + "/ballast";
  struct statvfs space = {};
  struct stat facts = {};
  if (bytes == 0 || stat(file.c_str(), &facts) == 0 || statvfs(path_.c_str(), &space) != 0) return;
  // Twice, so that what was freed in need is not taken again at once by the next start.
  if (space.f_bavail * space.f_frsize < 2 * bytes) return;
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  if (posix_fallocate(fd, 0, static_cast<off_t>(bytes)) != 0) unlink(file.c_str());
  close(fd);
}

void Folder::release_ballast() const {
  unlink((path_ + "/ballast").c_str());
}

bool Folder::has_room(std::size_t bytes) const {
  struct statvfs space = {};
  if (bytes == 0 || statvfs(path_.c_str(), &space) != 0) return true;
  constexpr std::uint64_t kSmallPart = 16;
  const std::uint64_t wanted =
      std::min<std::uint64_t>(bytes, space.f_blocks * space.f_frsize / kSmallPart);
  return space.f_bavail * space.f_frsize >= wanted;
}

Status Folder::sync() const {
  return sync_folder(path_);
}

}  // namespace mainstay::store
