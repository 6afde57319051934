#include <algorithm>
#include <filesystem>
#include <ranges>

#include "agent/collect/backup/lock_holder.h"
#include "agent/collect/backup/look.h"
#include "agent/collect/backup/restic.h"
#include "agent/collect/backup/size_memory.h"
#include "agent/collect/backup/text/restic_text.h"

namespace mainstay::agent::backup {
namespace {

// restic's own rule: it makes its lock anew every few minutes, and one of this age, or of a process
// of this host that is gone, is stale. Source: restic, internal/restic/lock.go, Lock.Stale.
constexpr Duration kResticLockAgeMax = std::chrono::minutes(30);
// Each costs a call; more locks than these say the same.
constexpr std::size_t kLocksRead = 4;

bool holds_all(const ResticSnapshot& snapshot, const std::vector<std::string>& paths) {
  return std::ranges::all_of(paths, [&](const std::string& path) {
    return std::ranges::find(snapshot.paths, path) != snapshot.paths.end();
  });
}

/// A repository on this host without a lock costs no call.
bool may_have_locks(const BackupSet& set) {
  if (!set.repository.starts_with('/')) return true;
  std::error_code error;
  return !std::filesystem::is_empty(set.repository + "/locks", error) && !error;
}

std::optional<ObservedLock> oldest_lock(const Restic& restic, const LookOrder& order,
                                        LookTime& time) {
  const auto listed =
      restic.ask({"--no-cache", "--no-lock", "list", "locks"}, kResticListBytesMax, time.left());
  if (!listed.has_value()) return std::nullopt;
  const auto ids = read_restic_ids(*listed);
  if (!ids.has_value()) return std::nullopt;
  std::optional<ObservedLock> oldest;
  for (const std::string& id : *ids | std::views::take(kLocksRead)) {
    const auto text = restic.ask({"--no-cache", "--no-lock", "cat", "lock", id},
                                 kResticListBytesMax, time.left());
    if (!text.has_value()) continue;  // given back meanwhile
    const auto lock = read_restic_lock(*text);
    if (!lock.has_value()) continue;
    ObservedLock seen{.holder = holder_text(lock->pid, lock->hostname),
                      .age = std::max(order.now - lock->at, Duration(0))};
    const bool is_dead = is_gone({.pid = lock->pid, .hostname = lock->hostname}, order.hostname);
    if (is_dead || seen.age > kResticLockAgeMax) seen.state = ObservedLock::State::Stale;
    if (!oldest || seen.age > oldest->age) oldest = seen;
  }
  return oldest;
}

void tell_sizes(const BackupSet& set, const LookOrder& order,
                const std::vector<ResticSnapshot>& ours, const AskSize& ask_restic,
                Observed& seen) {
  const ResticSnapshot& newest = ours.back();
  const ResticSnapshot* before = ours.size() > 1 ? &ours[ours.size() - 2] : nullptr;
  const auto ask = [&](const std::string& id) -> Result<std::int64_t> {
    for (const ResticSnapshot& snapshot : ours) {
      if (snapshot.id == id && snapshot.bytes) return *snapshot.bytes;
    }
    return ask_restic(id);
  };
  const BackupSizes sizes =
      sizes_of(order.state, set.name,
               {.newest = newest.id, .before = before == nullptr ? "" : before->id}, ask);
  seen.bytes = sizes.newest;
  seen.bytes_before = sizes.before;
}

}  // namespace

Observed look_at_restic(const BackupSet& set, const LookOrder& order, LookTime& time) {
  const auto restic = Restic::open(set);
  if (!restic.has_value()) return in_trouble(restic.error().detail);
  const auto answer = restic->call({"--no-cache", "--no-lock", "--json", "snapshots"},
                                   kResticListBytesMax, time.left());
  if (!answer.has_value()) return in_trouble(answer.error().detail);
  if (answer->exit != 0) return in_trouble(restic->trouble(*answer));
  auto snapshots = read_restic_snapshots(answer->output);
  if (!snapshots.has_value()) return in_trouble(snapshots.error().detail);
  Observed seen;
  if (may_have_locks(set)) seen.lock = oldest_lock(*restic, order, time);
  // It goes on past a snapshot that it cannot read, and ends by 0.
  if (const auto line = line_with(answer->error_output, "could not load snapshot")) {
    seen.refuted = *line;
  }
  const std::size_t all = snapshots->size();
  std::erase_if(*snapshots, [&](const ResticSnapshot& snapshot) {
    return snapshot.hostname != order.hostname || !holds_all(snapshot, set.paths);
  });
  seen.count = static_cast<std::int64_t>(snapshots->size());
  if (snapshots->empty()) {
    if (all > 0 && seen.refuted.empty()) {
      seen.refuted = "no snapshot of host " + order.hostname + " with these paths among " +
                     std::to_string(all);
    }
    return seen;
  }
  std::ranges::stable_sort(*snapshots, {}, &ResticSnapshot::at);
  seen.newest = snapshots->back().at;
  const auto ask_size = [&](const std::string& id) -> Result<std::int64_t> {
    // With restic's cache: it holds the names in a backup that was made here.
    TRY(const std::string text,
        restic->ask({"--no-lock", "--json", "stats", id}, kResticListBytesMax, time.left()));
    return read_restic_stats(text);
  };
  tell_sizes(set, order, *snapshots, ask_size, seen);
  return seen;
}

}  // namespace mainstay::agent::backup
