// Lists of what hosts have installed: each kept once, however many hosts have it, and asked of one
// host when nobody told it yet.
#include <algorithm>

#include "common/core/check.h"
#include "coordinator/core/fleet/fleet.h"

namespace mainstay::coordinator {

namespace {

void leave(Turn& turn, const Digest& digest) {
  if (digest.is_zero()) return;
  auto& packages = turn.state.packages;
  const auto known = packages.find(digest);
  CHECK(known != packages.end());
  CHECK(known->second.hosts > 0);
  known->second.hosts -= 1;
  if (known->second.hosts > 0) return;
  if (known->second.stored) turn.erase(PackagesRow{.digest = digest, .text = {}});
  packages.erase(known);
}

bool is_told(const State& state, const Digest& digest) {
  return std::ranges::any_of(state.tellings,
                             [&](const auto& entry) { return entry.second.digest == digest; });
}

/// Makes room for one more; false if all of them are still being waited for.
bool has_room(Turn& turn) {
  auto& tellings = turn.state.tellings;
  std::erase_if(tellings, [&](const auto& entry) {
    return turn.now.mono - entry.second.asked_at >= turn.limits.telling_patience;
  });
  return tellings.size() < turn.limits.tellings_max;
}

void ask_packages(Turn& turn, Host& host) {
  const Digest& digest = host.sight.row.packages;
  if (digest.is_zero() || is_duplicate(host, turn.limits, turn.now)) return;
  const KnownPackages& known = turn.state.packages.at(digest);
  if (known.stored) return;
  auto& after = host.sight.packages_after;
  if (after && turn.now.mono < *after) return;
  if (!has_room(turn) || is_told(turn.state, digest)) return;
  turn.state.tellings.insert_or_assign(
      host.row.host, PackagesTelling{.digest = digest, .asked_at = turn.now.mono});
  after = turn.now.mono + turn.limits.packages_spacing;
  turn.order(SendOrder{.host = host.row.link_key, .order = TellPackages{}});
}

}  // namespace

void note_packages(Turn& turn, Host& host, const Digest& now) {
  Digest& told = host.sight.row.packages;
  if (now != told) {
    if (!now.is_zero()) turn.state.packages[now].hosts += 1;
    leave(turn, std::exchange(told, now));
    turn.touch(host.sight.row);
  }
  ask_packages(turn, host);
}

void on_packages(Turn& turn, Host& host, const PackagesMessage& message) {
  auto& tellings = turn.state.tellings;
  const auto telling = tellings.find(host.row.host);
  // Not asked, or of a list that it had before.
  if (telling == tellings.end() || message.part.whole != telling->second.digest) return;
  auto whole = telling->second.parts.add(message.part);
  if (whole && !*whole) return;
  const Digest digest = telling->second.digest;
  tellings.erase(telling);
  const auto known = turn.state.packages.find(digest);
  if (known == turn.state.packages.end() || known->second.stored) return;
  if (!whole || !read_package_list(as_text(**whole))) {
    host.sight.packages_after = turn.now.mono + turn.limits.packages_retry;
    return;
  }
  known->second.stored = true;
  turn.put(PackagesRow{.digest = digest, .text = std::move(**whole)});
}

void on_packages_lost(Turn& turn, const PackagesLost& event) {
  for (const Digest& digest : event.lists) {
    const auto known = turn.state.packages.find(digest);
    // Of no host any more: nobody needs it.
    if (known != turn.state.packages.end() && known->second.hosts > 0) known->second.stored = false;
  }
}

void forget_packages(Turn& turn) {
  constexpr std::size_t kErasedMax = 16;
  std::size_t erased = 0;
  // Only after a start can there be one without hosts: afterwards the last host takes it along.
  if (turn.state.packages_swept) return;
  for (auto at = turn.state.packages.begin(); at != turn.state.packages.end();) {
    if (at->second.hosts > 0) {
      ++at;
      continue;
    }
    if (erased++ == kErasedMax) return;
    turn.erase(PackagesRow{.digest = at->first, .text = {}});
    at = turn.state.packages.erase(at);
  }
  turn.state.packages_swept = true;
}

}  // namespace mainstay::coordinator
