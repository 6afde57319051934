#include "agent/executor/shell/folders.h"

#include <cerrno>
#include <filesystem>

#include <sys/stat.h>

#include "common/loop/file_lock.h"
#include "common/loop/files.h"

namespace mainstay::executor {

namespace {

constexpr std::size_t kTraceBytesMax = 16 * 1024;

Status make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return loop::sync_folder_of(path);
  if (errno == EEXIST) return {};
  return fail(Fault::Unavailable, loop::describe_errno(path, errno));
}

std::string join(const std::string& folder, std::string_view name) {
  return folder + "/" + std::string(name);
}

}  // namespace

Result<Folders> Folders::open(const std::string& state_directory) {
  TRY_STATUS(make_folder(state_directory));
  const std::string root = state_directory + "/attempts";
  TRY_STATUS(make_folder(root));
  return Folders(root);
}

std::string Folders::path(const AttemptId& attempt) const {
  return root_ + "/" + file_name(attempt);
}

Status Folders::make(const AttemptId& attempt) const {
  return make_folder(path(attempt));
}

Status Folders::bar(const AttemptId& attempt, const BootId& boot, WallTime now) const {
  TRY_STATUS(make(attempt));
  const std::string mark =
      traces::started_text({.barred = true, .boot = boot, .pid = 0, .at = now});
  Status made = loop::create_exclusive(join(path(attempt), traces::kStarted), as_bytes(mark));
  if (!made && made.error().fault != Fault::Denied) return made;
  return {};
}

bool Folders::has_started(const AttemptId& attempt) const {
  struct stat file{};
  return ::stat(join(path(attempt), traces::kStarted).c_str(), &file) == 0;
}

Result<traces::Started> Folders::started(const AttemptId& attempt) const {
  TRY(const Bytes text, loop::read_file(join(path(attempt), traces::kStarted), kTraceBytesMax));
  return traces::read_started(as_text(text));
}

AttemptEvidence Folders::inspect(const AttemptId& attempt) const {
  const std::string folder = path(attempt);
  AttemptEvidence unreadable;
  unreadable.unreadable = true;
  if (!has_started(attempt)) return {};
  const auto mark = loop::read_file(join(folder, traces::kStarted), kTraceBytesMax);
  if (!mark && mark.error().fault == Fault::Unavailable) return unreadable;
  AttemptEvidence evidence = traces::shown_by_mark(mark ? as_text(*mark) : "");
  if (evidence.barred) return evidence;
  // The lock first: a shim writes its result before it lets go. Where nobody can tell (descriptors
  // may be short) it is asked again; else a second attempt could run beside it.
  const auto held = loop::FileLock::held(join(folder, traces::kLock));
  if (!held) return unreadable;
  evidence.alive = *held;
  if (evidence.alive) return evidence;
  const std::string path = join(folder, traces::kResult);
  const auto result = loop::read_file(path, kTraceBytesMax);
  struct stat file{};
  const bool exists = ::stat(path.c_str(), &file) == 0;
  if (!result && exists && result.error().fault == Fault::Unavailable) return unreadable;
  if (!result) return evidence;
  auto read = traces::read_result(as_text(*result));
  if (!read) return evidence;
  if (const auto kept = output(attempt)) {
    const std::size_t tail = std::min(kept->size(), kTailBytesMax);
    read->output_tail.assign(kept->end() - static_cast<std::ptrdiff_t>(tail), kept->end());
  }
  evidence.result = *std::move(read);
  return evidence;
}

Result<Bytes> Folders::output(const AttemptId& attempt) const {
  return loop::read_file(join(path(attempt), traces::kOutput), kOutputBytesMax);
}

Status Folders::remove(const AttemptId& attempt) const {
  std::error_code error;
  std::filesystem::remove_all(path(attempt), error);
  if (error) return fail(Fault::Unavailable, path(attempt) + ": " + error.message());
  return {};
}

}  // namespace mainstay::executor
