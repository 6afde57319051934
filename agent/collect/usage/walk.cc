#include "agent/collect/usage/walk.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/collect/usage/folder.h"
#include "common/loop/fd.h"

namespace mainstay::agent {
namespace {

// Backups that link every file would make the list of the known ones endless.
constexpr std::size_t kLinkedMax = 100'000;

Folder open_at(int parent, const char* name) {
  const int fd =
      ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NOATIME);
  // O_NOATIME is for owners only.
  const int other = fd >= 0 || errno != EPERM
                        ? fd
                        : ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (other < 0) return nullptr;
  Folder folder(::fdopendir(other));
  if (folder == nullptr) ::close(other);
  return folder;
}

/// Of a folder that is no mount's: what lies in another file system is not even asked what it is,
/// since it may not answer. False for what is not to be walked.
bool status_of_folder(int parent, const char* name, struct stat& status) {
  open_how how{};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV;
  const long opened = ::syscall(SYS_openat2, parent, name, &how, sizeof how);
  if (opened < 0 && (errno == ENOSYS || errno == EPERM)) {
    // A kernel before 5.6, or a sandbox that does not know the call.
    return ::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0;
  }
  const loop::Fd folder(static_cast<int>(opened));
  return folder.open() && ::fstat(folder.get(), &status) == 0;
}

/// The same path or one below it. Where the root itself is far, this host knows nothing else.
bool leads_through(std::string_view path, std::string_view mount) {
  return mount != "/" && path.starts_with(mount) &&
         (path.size() == mount.size() || path[mount.size()] == '/');
}

class Walker {
 public:
  Walker(WalkLimits& limits, const std::function<Step(const WalkEntry&)>& see)
      : limits_(limits), see_(see) {}

  WalkEnd start(const std::string& path) {
    end_.is_far = std::ranges::any_of(
        limits_.far, [&](const std::string& mount) { return leads_through(path, mount); });
    if (end_.is_far) return end_;
    const Folder folder = open_at(AT_FDCWD, path.c_str());
    const int error = errno;
    end_.was_there = folder != nullptr || error != ENOENT;
    if (folder == nullptr) {
      end_.denied += error == EACCES || error == EPERM ? 1 : 0;
      return end_;
    }
    struct stat status = {};
    if (::fstat(::dirfd(folder.get()), &status) != 0) return end_;
    device_ = status.st_dev;
    go_through(folder.get(), 1);
    return end_;
  }

 private:
  /// Calls itself through visit, as deep as the limits allow.
  void go_through(DIR* folder, unsigned depth) {
    const std::size_t length = path_.size();
    while (!end_.was_cut) {
      const dirent* const entry = ::readdir(folder);
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (limits_.entries_left == 0) {
        end_.was_cut = true;
        break;
      }
      --limits_.entries_left;
      path_.resize(length);
      if (length > 0) path_ += '/';
      path_ += name;
      visit(folder, *entry, depth);
    }
    path_.resize(length);
  }

  void visit(DIR* folder, const dirent& entry, unsigned depth) {
    struct stat status = {};
    const int parent = ::dirfd(folder);
    const char* const name = static_cast<const char*>(entry.d_name);
    const bool may_be_folder = entry.d_type == DT_DIR || entry.d_type == DT_UNKNOWN;
    const bool is_known = may_be_folder
                              ? status_of_folder(parent, name, status)
                              : ::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!is_known) return;
    if (status.st_dev != device_) return;
    const bool is_folder = S_ISDIR(status.st_mode);
    if (!is_folder && status.st_nlink > 1 && !is_first(status.st_ino)) return;
    const Step step = see_({.path = path_, .name = name, .status = status});
    if (!is_folder || step == Step::Skip || depth >= limits_.depth_max) return;
    const Folder below = open_at(parent, name);
    if (below != nullptr) {
      go_through(below.get(), depth + 1);
    } else if (errno == EACCES || errno == EPERM) {
      ++end_.denied;
    }
  }

  bool is_first(ino_t inode) {
    return linked_.size() >= kLinkedMax ? !linked_.contains(inode) : linked_.insert(inode).second;
  }

  WalkLimits& limits_;
  const std::function<Step(const WalkEntry&)>& see_;
  WalkEnd end_;
  std::string path_;
  std::set<ino_t> linked_;
  dev_t device_ = 0;
};

}  // namespace

WalkEnd walk(const std::string& folder, WalkLimits& limits,
             const std::function<Step(const WalkEntry&)>& see) {
  return Walker(limits, see).start(folder);
}

}  // namespace mainstay::agent
