#include <algorithm>
#include <cerrno>
#include <memory>
#include <tuple>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include "agent/collect/backup/look.h"
#include "agent/collect/backup/newest_file.h"
#include "agent/collect/backup/tool_call.h"
#include "common/core/errno_text.h"

namespace mainstay::agent::backup {
namespace {

constexpr std::size_t kFilesMax = 100'000;
// A file that was written to in the last minute may still grow: its end is not known yet.
constexpr Duration kSettled = std::chrono::minutes(1);

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

Result<std::vector<FoundFile>> find_files(const BackupSet& set, WallTime now) {
  const auto cut = set.pattern.rfind('/');
  const std::string folder = set.pattern.substr(0, cut + 1);
  const std::string name = set.pattern.substr(cut + 1);
  const std::unique_ptr<DIR, CloseFolder> open(::opendir(folder.c_str()));
  if (!open) return fail(Fault::Unavailable, as_trouble(errno_text(folder, errno)));
  std::vector<FoundFile> files;
  while (const dirent* entry = ::readdir(open.get())) {
    if (::fnmatch(name.c_str(), entry->d_name, FNM_PERIOD | FNM_NOESCAPE) != 0) continue;
    struct stat info{};
    // A link is no backup: what it leads to may be anything.
    if (::fstatat(::dirfd(open.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(info.st_mode)) continue;
    const WallTime at = wall_from_ms(std::int64_t{info.st_mtim.tv_sec} * 1000);
    if (at <= now && now - at < kSettled) continue;
    if (files.size() == kFilesMax) return fail(Fault::Unavailable, "more than 100,000 files match");
    files.push_back({.path = folder + entry->d_name, .at = at, .bytes = info.st_size});
  }
  std::ranges::sort(files, {}, [](const FoundFile& file) { return std::tie(file.at, file.path); });
  return files;
}

Observed look_at_files(const BackupSet& set, const LookOrder& order) {
  const auto files = find_files(set, order.now);
  if (!files.has_value()) return in_trouble(files.error().detail);
  Observed seen;
  seen.count = static_cast<std::int64_t>(files->size());
  if (files->empty()) return seen;
  seen.newest = files->back().at;
  seen.bytes = files->back().bytes;
  if (files->size() > 1) seen.bytes_before = (*files)[files->size() - 2].bytes;
  return seen;
}

}  // namespace mainstay::agent::backup
