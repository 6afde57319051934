#include "agent/collect/resource/disks/mount_table.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include <libmount/libmount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mainstay::agent {
namespace {

struct Unref {
  void operator()(libmnt_table* table) const { mnt_unref_table(table); }
  void operator()(libmnt_iter* iter) const { mnt_free_iter(iter); }
};
using Table = std::unique_ptr<libmnt_table, Unref>;
using Iter = std::unique_ptr<libmnt_iter, Unref>;

// Images that are full by their nature, layers whose space is that of the disk below, and a trigger
// that would mount something if it were looked at.
constexpr std::array<std::string_view, 7> kLeftOut = {"autofs",  "cramfs",   "erofs", "iso9660",
                                                      "overlay", "squashfs", "udf"};
// libmount takes them for made up by the kernel, but they have a space of their own, of another
// machine or as a process says.
constexpr std::array<std::string_view, 3> kFarAllTheSame = {"fuse", "vboxsf", "virtiofs"};
constexpr std::array<std::string_view, 13> kDisks = {
    "bcachefs", "btrfs",  "exfat", "ext2",     "ext3", "ext4", "f2fs",
    "jfs",      "nilfs2", "ntfs3", "reiserfs", "vfat", "xfs"};

std::string_view text_of(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

bool has_option(const char* options, const char* name) {
  char* value = nullptr;
  std::size_t size = 0;
  return options != nullptr && mnt_optstr_get_option(options, name, &value, &size) == 0;
}

std::optional<MountKind> kind_of(libmnt_fs* fs) {
  const std::string_view type = text_of(mnt_fs_get_fstype(fs));
  const std::string_view source = text_of(mnt_fs_get_source(fs));
  const auto is_in = [&](const auto& list) { return std::ranges::find(list, type) != list.end(); };
  if (type == "tmpfs") return MountKind::Memory;
  if (is_in(kLeftOut) || source.starts_with("/dev/loop")) return std::nullopt;
  if (is_in(kDisks)) return MountKind::Disk;
  // zfs names a pool and no device, and is as local as the disks below it.
  if (type == "zfs") return MountKind::Disk;
  if (is_in(kFarAllTheSame)) return MountKind::Network;
  if (mnt_fs_is_pseudofs(fs) == 1) return std::nullopt;
  return MountKind::Network;  // nfs, cifs, ceph, fuse, and whatever is not known
}

/// Whether something else than this kernel answers for it, be it that it has no space of its own.
bool is_far(libmnt_fs* fs) {
  return kind_of(fs) == MountKind::Network || text_of(mnt_fs_get_fstype(fs)).starts_with("fuse.");
}

Writable writable_of(libmnt_fs* fs, libmnt_table* fstab) {
  // A mount alone may be read-only for this process, as sandboxes of services make all of them: it
  // is the file system that counts.
  if (!has_option(mnt_fs_get_fs_options(fs), "ro")) return Writable::Yes;
  libmnt_fs* const asked =
      fstab == nullptr ? nullptr
                       : mnt_table_find_target(fstab, mnt_fs_get_target(fs), MNT_ITER_FORWARD);
  if (asked != nullptr && !has_option(mnt_fs_get_options(asked), "ro")) return Writable::NotAsAsked;
  // `mount -o ro` sets both. Only ext's errors=remount-ro, and the like, set the one alone.
  return has_option(mnt_fs_get_vfs_options(fs), "ro") ? Writable::No : Writable::Failed;
}

Table read_table(const std::string& path, int (*parse)(libmnt_table*, const char*)) {
  Table table(mnt_new_table());
  if (table == nullptr || parse(table.get(), path.c_str()) != 0) return nullptr;
  return table;
}

bool is_file(const std::string& path) {
  struct stat what = {};
  return ::stat(path.c_str(), &what) == 0 && S_ISREG(what.st_mode);
}

/// Quietly leaves lines out that are none; else libmount would write to stderr.
int skip_line(libmnt_table* /*table*/, const char* /*file*/, int /*line*/) {
  return 1;
}

Table read_mountinfo(const std::string& mountinfo) {
  return read_table(mountinfo, [](libmnt_table* to, const char* path) {
    mnt_table_set_parser_errcb(to, skip_line);
    return mnt_table_parse_file(to, path);
  });
}

}  // namespace

Result<std::vector<Mount>> read_mounts(const std::string& mountinfo, const std::string& fstab) {
  const Table table = read_mountinfo(mountinfo);
  if (table == nullptr) return fail(Fault::Unavailable, mountinfo + ": cannot be read");
  const Table asked = ::access(fstab.c_str(), R_OK) != 0
                          ? nullptr
                          : read_table(fstab, [](libmnt_table* to, const char* path) {
                              mnt_table_set_parser_errcb(to, skip_line);
                              return mnt_table_parse_fstab(to, path);
                            });
  const Iter iter(mnt_new_iter(MNT_ITER_FORWARD));
  if (iter == nullptr) return fail(Fault::Unavailable, "libmount: no memory");
  std::vector<Mount> mounts;
  std::vector<dev_t> devices;
  libmnt_fs* fs = nullptr;
  while (mnt_table_next_fs(table.get(), iter.get(), &fs) == 0) {
    const std::string path(text_of(mnt_fs_get_target(fs)));
    // Below /sys and /proc only the kernel's own lie, tmpfs for control groups among them.
    if (!path.starts_with('/') || path.starts_with("/sys/") || path.starts_with("/proc/")) continue;
    // systemd gives each service with credentials a tmpfs that nobody can fill.
    if (path.starts_with("/run/credentials/")) continue;
    // Whatever was mounted there before cannot be seen any more.
    if (const auto hidden = std::ranges::find(mounts, path, &Mount::path); hidden != mounts.end()) {
      devices.erase(devices.begin() + (hidden - mounts.begin()));
      mounts.erase(hidden);
    }
    const auto kind = kind_of(fs);
    const dev_t device = mnt_fs_get_devno(fs);
    const bool is_known = std::ranges::find(devices, device) != devices.end();
    if (!kind || is_known || mounts.size() == kMountsMax) continue;
    // A single file that was put over another is no disk of its own.
    if (*kind == MountKind::Disk && is_file(path)) continue;
    Mount mount{.path = path, .type = std::string(text_of(mnt_fs_get_fstype(fs))), .kind = *kind};
    mount.writable = writable_of(fs, asked.get());
    if (*kind == MountKind::Memory && mount.writable != Writable::Yes) continue;
    devices.push_back(device);
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

Result<std::vector<std::string>> read_far_mounts(const std::string& mountinfo) {
  const Table table = read_mountinfo(mountinfo);
  if (table == nullptr) return fail(Fault::Unavailable, mountinfo + ": cannot be read");
  const Iter iter(mnt_new_iter(MNT_ITER_FORWARD));
  if (iter == nullptr) return fail(Fault::Unavailable, "libmount: no memory");
  std::vector<std::string> far;
  libmnt_fs* fs = nullptr;
  while (mnt_table_next_fs(table.get(), iter.get(), &fs) == 0) {
    const std::string path(text_of(mnt_fs_get_target(fs)));
    std::erase(far, path);  // what lies under another mount cannot be touched
    if (path.starts_with('/') && is_far(fs) && far.size() < kFarMountsMax) far.push_back(path);
  }
  return far;
}

}  // namespace mainstay::agent
