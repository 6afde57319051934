#include "agent/collect/usage/walk.h"

#include <cerrno>
#include <set>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "agent/collect/usage/folder.h"

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

class Walker {
 public:
  Walker(WalkLimits& limits, const std::function<Step(const WalkEntry&)>& see)
      : limits_(limits), see_(see) {}

  WalkEnd start(const std::string& path) {
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
      visit(folder, entry->d_name, depth);
    }
    path_.resize(length);
  }

  void visit(DIR* folder, const char* name, unsigned depth) {
    struct stat status = {};
    const int parent = ::dirfd(folder);
    if (::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
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
