#include "agent/collect/usage/deleted_open.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <set>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/resource/words.h"
#include "agent/collect/usage/folder.h"
#include "agent/collect/usage/still_status.h"
#include "common/core/bytes.h"
#include "common/core/span_text.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

// A database or a proxy has ten thousands of descriptors.
constexpr std::size_t kDescriptorsMax = 500'000;

struct Found {
  std::uint64_t bytes = 0;
  std::int64_t count = 0;
  std::uint64_t largest_bytes = 0;
  std::uint64_t largest_pid = 0;
  std::size_t denied = 0;
  std::size_t looked_at = 0;
  std::set<std::pair<dev_t, ino_t>> known;
};

/// Memory that has a name, shared by mapping it, is no file on a disk.
bool is_deleted_file(std::string_view target) {
  constexpr std::array<std::string_view, 4> kMemory = {"/memfd:", "/SYSV", "/dev/", "/[aio]"};
  if (!target.starts_with('/') || !target.ends_with(" (deleted)")) return false;
  return std::ranges::none_of(kMemory,
                              [&](std::string_view name) { return target.starts_with(name); });
}

void look_at_process(const std::string& folder, std::uint64_t pid, Found& found) {
  const Folder open(::opendir(folder.c_str()));
  if (open == nullptr) {
    found.denied += errno == EACCES || errno == EPERM ? 1 : 0;
    return;
  }
  while (found.looked_at < kDescriptorsMax) {
    const dirent* const entry = ::readdir(open.get());
    if (entry == nullptr) break;
    if (!number_of(entry->d_name)) continue;
    ++found.looked_at;
    std::array<char, 4096> target{};
    const int at = ::dirfd(open.get());
    const ssize_t length = ::readlinkat(at, entry->d_name, target.data(), target.size());
    if (length <= 0 || !is_deleted_file({target.data(), static_cast<std::size_t>(length)}))
      continue;
    struct stat status = {};
    // A file may really be called so; one that was deleted has no name left.
    if (!still_status(at, entry->d_name, 0, status) || status.st_nlink > 0) continue;
    if (!S_ISREG(status.st_mode) || !found.known.insert({status.st_dev, status.st_ino}).second)
      continue;
    const std::uint64_t bytes = static_cast<std::uint64_t>(status.st_blocks) * 512;
    found.bytes += bytes;
    ++found.count;
    if (bytes < found.largest_bytes) continue;
    found.largest_bytes = bytes;
    found.largest_pid = pid;
  }
}

std::string name_of_process(const std::string& folder) {
  const auto bytes = loop::read_file(folder + "/comm", 64);
  if (!bytes.has_value()) return "a process";
  const std::string_view name = as_text(*bytes);
  return std::string(name.ends_with('\n') ? name.substr(0, name.size() - 1) : name);
}

}  // namespace

void add_deleted_open(const std::string& proc, SourceReport& report) {
  const Folder all(::opendir(proc.c_str()));
  if (all == nullptr) return;
  Found found;
  while (const dirent* const entry = ::readdir(all.get())) {
    const auto pid = number_of(entry->d_name);
    if (pid) look_at_process(proc + "/" + entry->d_name + "/fd", *pid, found);
  }
  if (found.count == 0 && found.denied == 0) return;
  Finding finding{.topic = Topic::Usage,
                  .judgement = found.denied > 0 ? Judgement::NotProved : Judgement::Proved,
                  .subject = "deleted files still open",
                  .text = "",
                  .at = report.at,
                  .readings = {{Measure::SizeBytes, static_cast<std::int64_t>(found.bytes)},
                               {Measure::Count, found.count}}};
  if (found.denied > 0) {
    finding.text = "needs root: " + count_text(static_cast<std::int64_t>(found.denied)) +
                   " processes not looked at; ";
  }
  finding.text += size_text(found.bytes) + " in " + count_text(found.count) +
                  (found.count == 1 ? " file" : " files");
  if (found.count > 0) {
    const std::string pid = std::to_string(found.largest_pid);
    finding.text += "; the largest, " + size_text(found.largest_bytes) + ", is held by " +
                    name_of_process(proc + "/" + pid) + "(" + pid + ")";
    finding.readings.push_back({Measure::Pid, static_cast<std::int64_t>(found.largest_pid)});
  }
  report.findings.push_back(std::move(finding));
}

}  // namespace mainstay::agent
