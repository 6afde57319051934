#include "agent/collect/packages/processes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/packages/sockets.h"
#include "agent/collect/usage/folder.h"
#include "agent/collect/usage/still_status.h"
#include "agent/restart/old_code.h"
#include "common/core/bytes.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

// A proxy has ten thousands of descriptors.
constexpr std::size_t kDescriptorsMax = 500'000;
constexpr std::size_t kNamespacesMax = 1024;
constexpr std::size_t kNameBytesMax = 64;
// vm.max_map_count, as the kernel has it; of a process that was allowed more not all is read.
constexpr std::size_t kMappingsMax = 65'530;
constexpr std::string_view kDeleted = " (deleted)";

bool is_denied() {
  return errno == EACCES || errno == EPERM;
}

std::string first_line(const std::string& path) {
  const auto bytes = loop::read_file(path, kNameBytesMax);
  if (!bytes.has_value()) return {};
  const std::string_view text = as_text(*bytes);
  return std::string(text.substr(0, text.find('\n')));
}

std::optional<std::string> target_of(const std::string& link) {
  std::array<char, 4096> target{};  // PATH_MAX
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

class Looker {
 public:
  Looker(const ProcessPlaces& places, const std::vector<pid_t>& old) : places_(places), old_(old) {
    is_rooted_ = ::stat(places.root.c_str(), &root_) == 0;
    first_mounts_ = target_of(places.proc + "/1/ns/mnt");
  }

  ProcessUses look() {
    for (const pid_t pid : pids()) {
      if (is_here(pid)) ours_.push_back(pid);
    }
    for (const pid_t pid : ours_) note_namespace(pid);
    for (const pid_t pid : ours_) look_at(pid);
    return std::move(uses_);
  }

 private:
  std::string folder(pid_t pid) const { return places_.proc + "/" + std::to_string(pid); }
  void note_denial() {
    if (is_denied()) uses_.is_complete = false;
  }

  std::vector<pid_t> pids() {
    std::vector<pid_t> found;
    const Folder all(::opendir(places_.proc.c_str()));
    if (all == nullptr) uses_.is_complete = false;
    while (all != nullptr) {
      const dirent* const entry = ::readdir(all.get());
      if (entry == nullptr) break;
      const std::string_view name(static_cast<const char*>(entry->d_name));
      pid_t pid = 0;
      const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
      if (bad == std::errc() && end == name.data() + name.size()) found.push_back(pid);
    }
    std::ranges::sort(found);
    return found;
  }

  /// One that ends meanwhile is none.
  bool is_here(pid_t pid) {
    struct stat its = {};
    if (!still_status(AT_FDCWD, (folder(pid) + "/root").c_str(), 0, its)) {
      note_denial();
      return false;
    }
    if (is_rooted_ && is_same(its, root_)) return true;
    return sees_our_mounts(pid) || runs_our_file(pid);
  }
  static bool is_same(const struct stat& one, const struct stat& other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
  }

  /// Many a daemon shuts itself into a folder once it has its libraries.
  bool sees_our_mounts(pid_t pid) const {
    return first_mounts_ && target_of(folder(pid) + "/ns/mnt") == first_mounts_;
  }
  /// The same in a service that has mounts of its own: its program is the one that lies here.
  bool runs_our_file(pid_t pid) const {
    const std::string link = folder(pid) + "/exe";
    const auto path = target_of(link);
    struct stat its = {};
    struct stat ours = {};
    return path && still_status(AT_FDCWD, link.c_str(), 0, its) &&
           ::stat(path->c_str(), &ours) == 0 && is_same(its, ours);
  }

  /// Each network is read once; which process holds a socket of it is another matter.
  void note_namespace(pid_t pid) {
    const auto name = target_of(folder(pid) + "/ns/net");
    if (!name) {
      note_denial();
      return;
    }
    if (namespaces_.size() == kNamespacesMax) uses_.is_complete = false;
    if (namespaces_.size() == kNamespacesMax || !namespaces_.insert(*name).second) return;
    const std::string net = folder(pid) + "/net/";
    for (const std::string_view kind : {"tcp", "tcp6", "udp", "udp6"}) {
      std::ifstream table(net + std::string(kind));  // not there if the kernel has no version 6
      Listening found =
          listening_in(table, kind.starts_with("tcp") ? Protocol::Tcp : Protocol::Udp);
      listening_.merge(found.inodes);
      if (!found.is_complete) uses_.is_complete = false;
    }
  }

  bool listens(pid_t pid) {
    const Folder open(::opendir((folder(pid) + "/fd").c_str()));
    if (open == nullptr) note_denial();
    while (open != nullptr && !listening_.empty()) {
      const dirent* const entry = ::readdir(open.get());
      if (entry == nullptr) break;
      if (++descriptors_ > kDescriptorsMax) {
        uses_.is_complete = false;
        break;
      }
      std::array<char, 64> target{};
      const ssize_t length =
          ::readlinkat(::dirfd(open.get()), entry->d_name, target.data(), target.size());
      if (length <= 0) {
        note_denial();
        continue;
      }
      const std::uint64_t inode = socket_of({target.data(), static_cast<std::size_t>(length)});
      if (inode != 0 && listening_.contains(inode)) return true;
    }
    return false;
  }

  void look_at(pid_t pid) {
    ProcessUse use;
    use.listens = listens(pid);
    if (!use.listens && std::ranges::find(old_, pid) == old_.end()) return;
    errno = 0;
    std::ifstream maps(folder(pid) + "/maps");
    if (!maps.is_open()) note_denial();
    std::set<std::string> files;
    std::set<std::string> replaced;
    std::size_t count = 0;
    for (std::string line; std::getline(maps, line);) {
      if (++count > kMappingsMax) {
        uses_.is_complete = false;
        break;
      }
      const auto perms = line.find(' ');
      const auto path = line.find('/');
      if (path == line.npos || perms + 3 >= path || line[perms + 3] != 'x') continue;
      if (const std::string file = restart::replaced_file(line); !file.empty()) {
        replaced.insert(file);
      }
      std::string file = line.substr(path);
      if (file.ends_with(kDeleted)) file.resize(file.size() - kDeleted.size());
      files.insert(std::move(file));
    }
    if (files.empty()) return;  // it ended
    use.name = first_line(folder(pid) + "/comm");
    use.files.assign(files.begin(), files.end());
    use.replaced.assign(replaced.begin(), replaced.end());
    uses_.processes.push_back(std::move(use));
  }

  const ProcessPlaces& places_;
  const std::vector<pid_t>& old_;
  struct stat root_ = {};
  bool is_rooted_ = false;
  std::optional<std::string> first_mounts_;
  std::vector<pid_t> ours_;
  std::set<std::string> namespaces_;
  std::set<std::uint64_t> listening_;
  std::size_t descriptors_ = 0;
  ProcessUses uses_;
};

}  // namespace

ProcessUses look_at_processes(const ProcessPlaces& places, const std::vector<pid_t>& old) {
  return Looker(places, old).look();
}

}  // namespace mainstay::agent
