#include "agent/collect/certificate/file_walk.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/collect/certificate/container.h"
#include "common/core/errno_text.h"
#include "common/loop/fd.h"
#include "common/loop/files.h"

namespace mainstay::agent::certificate {
namespace {

constexpr std::size_t kEntriesMax = 8192;

struct FolderEnd {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

std::unexpected<Error> walk_errno(const std::string& path) {
  const int error = errno;
  if (error == EACCES || error == EPERM) return fail(Fault::Denied, "needs root: " + path);
  if (error == EXDEV || error == ELOOP) {
    return fail(Fault::Malformed, path + ": a link that leads out of the folder");
  }
  return fail(Fault::Unavailable, errno_text(path, error));
}

/// A path only, which opens no device and waits for no fifo. A kernel before 5.6, or a sandbox that
/// does not know the call, gets the strict way: no link at the end.
loop::Fd open_below(int folder, const std::string& name) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long fd = ::syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how);
  if (fd >= 0) return loop::Fd(static_cast<int>(fd));
  if (errno != ENOSYS && errno != EPERM) return {};
  return loop::Fd(::openat(folder, name.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
}

Result<Bytes> read_opened(const loop::Fd& fd, const std::string& path) {
  if (!fd.open()) return walk_errno(path);
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return walk_errno(path);
  if (S_ISLNK(info.st_mode)) return fail(Fault::Malformed, path + ": a link");
  if (!S_ISREG(info.st_mode)) return fail(Fault::Malformed, path + ": not a regular file");
  // The very file that was looked at, whatever its name means by now.
  auto bytes = loop::read_file("/proc/self/fd/" + std::to_string(fd.get()), kFileBytesMax);
  if (bytes.has_value()) return bytes;
  if (bytes.error().fault == Fault::Malformed) return fail(Fault::Malformed, "longer than 1 MiB");
  if (::faccessat(AT_FDCWD, ("/proc/self/fd/" + std::to_string(fd.get())).c_str(), R_OK,
                  AT_EACCESS) != 0) {
    return walk_errno(path);
  }
  return fail(Fault::Unavailable, path + ": cannot be read");
}

bool is_folder(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool holds_certificates(const std::string& name) {
  static constexpr const char* kEndings[] = {".pem", ".crt", ".cer", ".der", ".p12", ".pfx"};
  return std::ranges::any_of(kEndings, [&](const char* end) { return name.ends_with(end); });
}

/// Sorted names of an open folder, hidden ones left out.
std::vector<std::string> names_in(int folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, FolderEnd> entries(
      ::fdopendir(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  while (entries != nullptr && names.size() < kEntriesMax) {
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr) break;
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  std::ranges::sort(names);
  return names;
}

bool is_folder_below(int folder, const std::string& name) {
  struct stat info{};
  return ::fstatat(folder, name.c_str(), &info, 0) == 0 && S_ISDIR(info.st_mode);
}

/// An empty pattern: by the usual endings.
std::vector<WalkedFile> walk_folder(const std::string& path, const std::string& pattern) {
  const loop::Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open()) {
    const auto reason = walk_errno(path);
    return {WalkedFile{.path = path, .bytes = reason, .is_named = true}};
  }
  std::vector<WalkedFile> walked;
  for (const std::string& name : names_in(folder.get())) {
    const bool is_meant = pattern.empty() ? holds_certificates(name)
                                          : ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    if (!is_meant || name.find("key") != std::string::npos) continue;
    if (is_folder_below(folder.get(), name)) continue;
    if (walked.size() == kWalkedMax) break;
    const std::string full = path + (path.ends_with('/') ? "" : "/") + name;
    walked.push_back({.path = full, .bytes = read_opened(open_below(folder.get(), name), full)});
  }
  return walked;
}

}  // namespace

std::vector<WalkedFile> walk_files(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (path.find_first_of("*?[", slash) != std::string::npos) {
    return walk_folder(path.substr(0, slash + 1), path.substr(slash + 1));
  }
  if (is_folder(path)) return walk_folder(path, "");
  const loop::Fd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  return {WalkedFile{.path = path, .bytes = read_opened(fd, path), .is_named = true}};
}

std::vector<WalkedFile> walk_nested(const NestedFiles& nested) {
  std::vector<WalkedFile> walked;
  const loop::Fd base(::open(nested.base.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!base.open()) return walked;
  const loop::Fd folder(
      ::openat(base.get(), nested.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder.open()) {
    if (errno != EACCES) return walked;
    const std::string path = nested.base + "/" + nested.folder;
    walked.push_back({.path = path, .bytes = fail(Fault::Denied, "needs root: " + path)});
    return walked;
  }
  for (const std::string& site : names_in(folder.get())) {
    if (!is_folder_below(folder.get(), site) || walked.size() == kWalkedMax) continue;
    const std::string inner = nested.folder + "/" + site + "/" + nested.name;
    const loop::Fd file = open_below(base.get(), inner);
    if (!file.open() && errno == ENOENT) continue;
    const std::string full = nested.base + "/" + inner;
    walked.push_back({.path = full, .bytes = read_opened(file, full), .is_named = true});
  }
  return walked;
}

}  // namespace mainstay::agent::certificate
