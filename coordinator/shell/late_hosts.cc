#include "coordinator/shell/late_hosts.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <unordered_map>

#include "coordinator/shell/deadlines.h"
#include "coordinator/shell/scanned_hosts.h"

namespace mainstay::coordinator {

namespace {

/// Whether a need may come of it.
bool matters(const auto& open, WallTime now) {
  return !open.exploited.empty() || is_overdue(open.oldest, Haste::Critical, now) ||
         is_overdue(open.oldest, Haste::Other, now);
}

AlikeHosts alike(const auto& open) {
  return {.exploited = &open.exploited, .critical = &open.critical, .oldest = &open.oldest};
}

}  // namespace

void SomeHosts::add(const Host& host, const std::string& of) {
  if (count == 0) owner = of;
  same_owner = same_owner && of == owner;
  count += 1;
  if (named.size() < kSnoozedHostsMax) named.push_back(&host);
}

void SomeHosts::add(const SomeHosts& more) {
  if (more.count == 0) return;
  if (count == 0) owner = more.owner;
  same_owner = same_owner && more.same_owner && more.owner == owner;
  count += more.count;
  const std::size_t room = kSnoozedHostsMax - named.size();
  std::ranges::copy(more.named | std::views::take(room), std::back_inserter(named));
}

void AlikeHosts::add(const Host& host, WallTime now) {
  const std::string owner = label_of(host, "owner");
  all.add(host, owner);
  for (std::size_t place = 0; place < kHasteCount; ++place) {
    if (due_of(host, WallTime{}, static_cast<Haste>(place)) <= now) due[place].add(host, owner);
  }
}

AlikeHosts ClaimedHosts::Iterator::operator*() const {
  AlikeHosts alone = alike(*at->claims);
  alone.add(*at->host, now);
  return alone;
}

AlikeGroups alike_hosts(const ViewContext& context) {
  AlikeGroups groups{.by_list = {}, .by_scanner = ClaimedHosts(context.now.wall)};
  // Numbers of groups, so that their order is that of their first hosts.
  std::unordered_map<const OpenList*, std::size_t> numbers;
  const WallTime now = context.now.wall;
  ScannedHosts scanned(context);
  for (const auto& [id, host] : context.state.hosts) {
    const OpenClaims* const claims = scanned.claims(id);
    const OpenList* const list = context.open_lists->find(host.sight.row.packages);
    const bool by_list = list != nullptr && matters(*list, now);
    const bool by_scanner = claims != nullptr && matters(*claims, now);
    if (!by_list && !by_scanner) continue;
    if (!is_enrolled(host) || state_of(context, host) != "live") continue;
    if (by_list) {
      const auto [at, is_new] = numbers.try_emplace(list, groups.by_list.size());
      if (is_new) groups.by_list.push_back(alike(*list));
      groups.by_list[at->second].add(host, now);
    }
    if (by_scanner) groups.by_scanner.add(*claims, host);
  }
  return groups;
}

bool is_overdue(const Oldest& oldest, Haste haste, WallTime now) {
  return oldest.has(haste) &&
         oldest.since[static_cast<std::size_t>(haste)] + time_to_mend(haste) <= now;
}

}  // namespace mainstay::coordinator
