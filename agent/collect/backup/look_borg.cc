#include <algorithm>
#include <filesystem>

#include <sys/stat.h>

#include "agent/collect/backup/borg.h"
#include "agent/collect/backup/lock_holder.h"
#include "agent/collect/backup/look.h"
#include "agent/collect/backup/size_memory.h"
#include "agent/collect/backup/text/borg_text.h"

namespace mainstay::agent::backup {
namespace {

// No backup works that long; whoever holds a lock longer has probably died with it.
constexpr Duration kBorgLockAgeMax = std::chrono::hours(24);

/// Only of a repository on this host: a Borg at the other end tells of no lock but by waiting for
/// it.
std::optional<ObservedLock> borg_lock(const BackupSet& set, const LookOrder& order) {
  if (!set.repository.starts_with('/')) return std::nullopt;
  const std::string folder = set.repository + "/lock.exclusive";
  struct stat info{};
  if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return std::nullopt;
  const WallTime since = wall_from_ms(std::int64_t{info.st_mtim.tv_sec} * 1000);
  ObservedLock lock{.holder = "an unknown process",
                    .age = std::max(order.now - since, Duration(0))};
  if (lock.age > kBorgLockAgeMax) lock.state = ObservedLock::State::PerhapsStale;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto holder = read_borg_lock(entry->path().filename().string());
    if (!holder.has_value()) continue;
    lock.holder = holder_text(holder->pid, holder->hostname);
    // HOST@NUMBER: the number is the host's, not the process's.
    if (is_gone({.pid = holder->pid, .hostname = holder->hostname}, order.hostname)) {
      lock.state = ObservedLock::State::Stale;
    }
    break;
  }
  return lock;
}

}  // namespace

Observed look_at_borg(const BackupSet& set, const LookOrder& order, LookTime& time) {
  const auto borg = Borg::open(set);
  if (!borg.has_value()) return in_trouble(borg.error().detail);
  Observed seen;
  seen.lock = borg_lock(set, order);
  const auto listed = borg->list(set, order.state, time.left());
  if (!listed.has_value()) {
    seen.trouble = listed.error().detail;
    return seen;
  }
  auto archives = read_borg_archives(*listed);
  if (!archives.has_value()) {
    seen.trouble = archives.error().detail;
    return seen;
  }
  const std::size_t all = archives->size();
  std::erase_if(*archives, [&](const BorgArchive& archive) {
    return archive.hostname != order.hostname &&
           !archive.hostname.starts_with(order.hostname + ".");
  });
  seen.count = static_cast<std::int64_t>(archives->size());
  if (archives->empty()) {
    if (all > 0) {
      seen.refuted =
          "no archive of host " + order.hostname + " among the newest " + std::to_string(all);
    }
    return seen;
  }
  std::ranges::stable_sort(*archives, {}, &BorgArchive::at);
  seen.newest = archives->back().at;
  const auto ask = [&](const std::string& id) -> Result<std::int64_t> {
    const auto found = std::ranges::find(*archives, id, &BorgArchive::id);
    if (found == archives->end()) return fail(Fault::Unavailable, "no such archive");
    TRY(const std::string text,
        borg->ask({"info", "--json", "--bypass-lock", "--", set.repository + "::" + found->name},
                  time.left()));
    return read_borg_size(text);
  };
  const std::string before = archives->size() > 1 ? (*archives)[archives->size() - 2].id : "";
  const BackupSizes sizes =
      sizes_of(order.state, set.name, {.newest = archives->back().id, .before = before}, ask);
  seen.bytes = sizes.newest;
  seen.bytes_before = sizes.before;
  return seen;
}

}  // namespace mainstay::agent::backup
