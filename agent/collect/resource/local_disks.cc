#include "agent/collect/resource/local_disks.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent/collect/resource/words.h"
#include "common/loop/fd.h"

namespace mainstay::agent {
namespace {

// A host of containers has thousands of mounts.
constexpr std::size_t kMountInfoBytesMax = 1024UL * 1024;

constexpr std::array<std::string_view, 11> kDiskTypes = {"ext2",  "ext3",     "ext4",  "xfs",
                                                         "btrfs", "f2fs",     "jfs",   "reiserfs",
                                                         "vfat",  "bcachefs", "nilfs2"};

// What answers out of this kernel's own memory. Any other type can hang on a machine or a process
// that is gone (nfs, cifs, fuse, autofs), and with it each path that leads through it.
constexpr std::array<std::string_view, 27> kOwnTypes = {
    "bpf",      "binfmt_misc", "cgroup",    "cgroup2",  "configfs",  "debugfs", "devpts",
    "devtmpfs", "efivarfs",    "erofs",     "fusectl",  "hugetlbfs", "iso9660", "mqueue",
    "nsfs",     "overlay",     "proc",      "pstore",   "ramfs",     "rootfs",  "rpc_pipefs",
    "tracefs",  "securityfs",  "selinuxfs", "squashfs", "sysfs",     "tmpfs"};

template <class List>
bool has(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

/// The same path or one below it. What hangs at the root itself would have ended this process, too.
bool leads_through(std::string_view path, std::string_view folder) {
  return folder != "/" && path.starts_with(folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

constexpr bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

/// proc(5): space, tab, line end and backslash as a backslash and three octal digits.
std::string unescape(std::string_view text) {
  std::string made;
  while (!text.empty()) {
    if (text[0] == '\\' && text.size() >= 4 && std::ranges::all_of(text.substr(1, 3), is_octal)) {
      const int code = (text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0');
      made += static_cast<char>(code & 255);
      text.remove_prefix(4);
    } else {
      made += text[0];
      text.remove_prefix(1);
    }
  }
  return made;
}

struct MountLine {
  std::string_view device;  // major:minor
  std::string_view root;
  std::string_view mount;
  std::string_view type;
  std::string_view source;
};

/// "36 35 98:0 / /mnt rw,noatime shared:1 - ext3 /dev/root rw": proc(5).
std::optional<MountLine> read_line(std::string_view line) {
  MountLine mount;
  if (!number_of(take_word(line)) || !number_of(take_word(line))) return std::nullopt;
  mount.device = take_word(line);
  mount.root = take_word(line);
  mount.mount = take_word(line);
  for (;;) {
    const std::string_view word = take_word(line);
    if (word.empty()) return std::nullopt;
    if (word == "-") break;
  }
  mount.type = take_word(line);
  mount.source = take_word(line);
  if (mount.source.empty() || !mount.mount.starts_with('/')) return std::nullopt;
  return mount;
}

/// In small pieces: most hosts have some kilobytes of it, and what the agent's heap has once grown
/// to stays with it.
Result<std::string> read_mountinfo() {
  const loop::Fd file(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 2048> piece{};
  while (text.size() <= kMountInfoBytesMax) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0) return fail(Fault::Unavailable, "mountinfo: cannot be read");
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  return fail(Fault::Malformed, "mountinfo: too long");
}

}  // namespace

Result<std::vector<std::string>> read_local_mounts(std::string_view mountinfo) {
  std::vector<std::string> mounts;
  std::vector<std::string_view> devices;
  std::vector<std::string> foreign;
  while (const auto line = take_line(mountinfo)) {
    const auto mount = read_line(*line);
    if (!mount) return fail(Fault::Malformed, "mountinfo: a line that is none");
    std::string path = unescape(mount->mount);
    // What was mounted there before is hidden now, and the path is no longer its.
    if (const auto hidden = std::ranges::find(mounts, path); hidden != mounts.end()) {
      devices.erase(devices.begin() + (hidden - mounts.begin()));
      mounts.erase(hidden);
    }
    const bool is_disk = has(kDiskTypes, mount->type);
    if (!is_disk && !has(kOwnTypes, mount->type)) foreign.push_back(path);
    const bool is_own =
        mount->source.starts_with("/dev/") && !mount->source.starts_with("/dev/loop");
    if (!is_disk || !is_own || has(devices, mount->device)) continue;
    if (path.size() > kMountPathBytesMax || mounts.size() == kLocalDisksMax) continue;
    devices.push_back(mount->device);
    mounts.push_back(std::move(path));
  }
  std::erase_if(mounts, [&](const std::string& path) {
    return std::ranges::any_of(
        foreign, [&](const std::string& folder) { return leads_through(path, folder); });
  });
  return mounts;
}

Result<std::vector<LocalDisk>> local_disks() {
  TRY(const std::string text, read_mountinfo());
  TRY(const auto mounts, read_local_mounts(text));
  std::vector<LocalDisk> disks;
  for (const std::string& mount : mounts) {
    struct statvfs space = {};
    // A path may by now lead to another file system that is mounted over it: then it is that one's.
    if (::statvfs(mount.c_str(), &space) != 0 || space.f_blocks < space.f_bfree) continue;
    LocalDisk disk{.mount = mount,
                   .used_bytes = (space.f_blocks - space.f_bfree) * space.f_frsize,
                   .free_bytes = space.f_bavail * space.f_frsize,
                   .inodes_used = std::nullopt};
    if (space.f_files > 0 && space.f_files >= space.f_ffree) {
      disk.inodes_used = space.f_files - space.f_ffree;
    }
    disks.push_back(std::move(disk));
  }
  return disks;
}

}  // namespace mainstay::agent
