// What scanners name hosts for, weighed host by host: all of them when lists of vulnerabilities are
// others, else those whose packages are.
#include <algorithm>

#include "coordinator/shell/json.h"
#include "coordinator/shell/open_lists.h"

namespace mainstay::coordinator {

namespace {

// Of one piece, each some ten milliseconds of work.
constexpr std::size_t kPieceHostsPassedMax = 5'000;
constexpr std::size_t kPieceClaimsMax = 1'000;
constexpr std::size_t kHostCost = 20;  // of claims: to find its list of packages

// A walk over 100,000 hosts that are all known takes a tenth of a second.
constexpr Duration kClaimsPeriod = std::chrono::seconds(10);

// The clocks of what scanners say are kept by the release that a host names, so that lists which
// begin or end to speak of it move none. It may name any, and each would be kept: what no list
// speaks of beyond so many since a start shares one clock.
constexpr std::size_t kOwnClocksMax = 64;
constexpr const char* kSharedClock = "unlisted";

/// By its own release's clock, not by the shared one. One that runs goes on, though others came
/// first since a start; of two the one that began first counts.
bool goes_by_own(const State& state, std::string_view id, const std::string& own, bool has_own) {
  const auto& rows = state.exposures;
  const auto of_own = rows.find({std::string(id), own});
  const auto shared = rows.find({std::string(id), kSharedClock});
  if (of_own == rows.end()) return has_own && shared == rows.end();
  const auto began = [](const ExposureRow& row) {
    return row.fix_at == WallTime{} ? WallTime::max() : row.fix_at;
  };
  return shared == rows.end() || began(of_own->second) <= began(shared->second);
}

/// The first that any list names behind `last`; null: there is none.
const std::string* next_named(const Survey::Feeds& feeds, const std::string& last) {
  const std::string* next = nullptr;
  for (const Feed* feed : feeds) {
    const auto found = std::ranges::upper_bound(feed->hosts(), last);
    if (found == feed->hosts().end()) continue;
    if (next == nullptr || *found < *next) next = &*found;
  }
  return next;
}

}  // namespace

std::vector<OpenTo> OpenClaims::open_beside(const OpenList* list) const {
  std::vector<OpenTo> beside = open;
  if (list == nullptr) return beside;
  std::erase_if(beside, [&](const OpenTo& one) { return list->has(one.number()); });
  return beside;
}

std::vector<std::uint32_t> OpenClaims::disputed_beside(const OpenList* list) const {
  std::vector<std::uint32_t> beside = disputed;
  if (list == nullptr) return beside;
  std::erase_if(beside, [&](std::uint32_t number) { return list->has(number); });
  return beside;
}

bool OpenLists::are_claims_due(const ViewContext& context) const {
  return claims_round_ != round_ || context.now.mono >= claims_due_;
}

bool OpenLists::look_at_claims(const ViewContext& context) {
  if (claimed_.empty() && !are_claims_due(context)) return true;
  const Feeds feeds = feeds_in(context);
  std::size_t passed = 0;
  std::size_t weighed = 0;
  while (const std::string* name = next_named(feeds, claimed_)) {
    if (passed >= kPieceHostsPassedMax || weighed >= kPieceClaimsMax) return false;
    passed += 1;
    forget_claims_before(*name, passed);
    claimed_ = *name;
    const auto id = HostId::parse(*name);
    if (!id) continue;
    const Host* const host = find_host(context.state, *id);
    if (host == nullptr || !is_enrolled(*host)) {
      forget_claims(*id);
    } else if (!is_known(claims(*id), *host)) {
      weighed += weigh_claims(context, *host);
    }
  }
  forget_claims_before({}, passed);
  claims_round_ = round_;
  claims_due_ = context.now.mono + kClaimsPeriod;
  return true;
}

/// Those behind the last and before this one no scanner names any more; no name: all.
void OpenLists::forget_claims_before(const std::string& name, std::size_t& entries) {
  const auto last = HostId::parse(claimed_);
  auto at = last ? claims_.upper_bound(*last) : claims_.begin();
  while (at != claims_.end() && (name.empty() || at->first.text() < name)) {
    count(at->second.open, false);
    at = claims_.erase(at);
    has_changed_ = true;
    entries += 1;
  }
}

void OpenLists::forget_claims(const HostId& host) {
  const auto known = claims_.find(host);
  if (known == claims_.end()) return;
  count(known->second.open, false);
  claims_.erase(known);
  has_changed_ = true;
}

/// What it cost, in claims.
std::size_t OpenLists::weigh_claims(const ViewContext& context, const Host& host) {
  const HostId& id = host.row.host;
  const Digest& packages = host.sight.row.packages;
  if (packages.is_zero()) {
    forget_claims(id);
    return 0;
  }
  // Until its list is here and was looked at, what was known before: what that says, too, would
  // count twice.
  const OpenList* const list = find(packages);
  if (list == nullptr || list->round != round_) return kHostCost;
  const Feeds feeds = feeds_in(context);
  auto ids = claimed_of(feeds, id);
  const std::string& release = list->surveyed.release;
  std::erase_if(ids, [&](std::string_view one) {
    const auto number = survey_.number_of(std::string(one), release);
    return number && list->has(*number);
  });
  const auto claims = host_claims(context.records, feeds, id, packages, ids);
  if (!claims) return kHostCost;
  OpenClaims now = numbered(context, *claims);
  now.packages = packages;
  if (const OpenClaims* const before = this->claims(id)) {
    now.oldest = before->oldest;  // until it is found out: a need must not go and come again
    now.oldest.is_dated = false;
  }
  forget_claims(id);
  counts_.resize(flaws().size());
  count(now.open, true);
  claims_.insert_or_assign(id, std::move(now));
  has_changed_ = true;
  return kHostCost + claims->weighed;
}

bool OpenLists::has_own_clocks(const std::string& release, bool is_listed) {
  if (own_clocks_.size() < kOwnClocksMax) own_clocks_.insert(release);
  return is_listed || own_clocks_.contains(release);
}

OpenClaims OpenLists::numbered(const ViewContext& context, const HostClaims& claims) {
  const Feeds feeds = feeds_in(context);
  const std::string own = clock_release(claims.release);
  const bool has_own = has_own_clocks(own, survey_.speaks_of(claims.release));
  OpenClaims made{.packages = {},
                  .round = round_,
                  .open = {},
                  .exploited = {},
                  .critical = {},
                  .disputed = {},
                  .is_whole = claims.is_whole,
                  .oldest = {}};
  for (const ClaimWord& word : claims.words) {
    const bool is_own = goes_by_own(context.state, word.id, own, has_own);
    const std::uint32_t number = survey_.number(feeds, word.id, is_own ? own : kSharedClock);
    if (word.standing == Standing::Vulnerable) {
      made.open.emplace_back(number, word.remedy);
    } else {
      made.disputed.push_back(number);
    }
  }
  std::ranges::sort(made.open);
  made.exploited = only(Haste::Exploited, made.open);
  made.critical = only(Haste::Critical, made.open);
  return made;
}

const OpenClaims* OpenLists::claims(const HostId& host) const {
  const auto found = claims_.find(host);
  return found == claims_.end() ? nullptr : &found->second;
}

bool OpenLists::is_known(const OpenClaims* claims, const Host& host) const {
  return claims != nullptr && claims->round == round_ &&
         claims->packages == host.sight.row.packages;
}

}  // namespace mainstay::coordinator
