#include "coordinator/shell/host_claims.h"

#include <algorithm>
#include <iterator>

#include "common/core/sort_unique.h"
#include "coordinator/core/vulnerability/few_packages.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

// Of one host, since no piece can end within it: together some fifty milliseconds of work.
constexpr std::size_t kClaimedMax = 3'000;
constexpr std::size_t kStatementsReadMax = 30'000;
constexpr std::size_t kStatementsOfClaim = 10;  // that cost as much as a claim

}  // namespace

std::vector<std::string_view> claimed_of(std::span<const Feed* const> feeds, const HostId& host) {
  std::vector<std::string_view> ids;
  for (const Feed* feed : feeds) std::ranges::copy(feed->claimed_of(host), std::back_inserter(ids));
  sort_unique(ids);
  return ids;
}

std::optional<HostClaims> host_claims(const Records& records, std::span<const Feed* const> feeds,
                                      const HostId& host, const Digest& packages,
                                      std::span<const std::string_view> ids) {
  const auto text = packages_text(records, packages);
  if (!text) return std::nullopt;
  HostClaims claims{.release = std::string(release_of(as_text(*text)))};
  std::size_t statements = 0;
  for (const std::string_view id : ids) {
    claims.is_whole = claims.weighed < kClaimedMax && statements < kStatementsReadMax;
    if (!claims.is_whole) break;
    claims.weighed += 1;
    // One at a time: of each, lists may say something of some thousand packages.
    const auto evidence = evidence_of(feeds, id, host);
    statements += evidence->joined.statements.size();
    const auto about = packages_of(*evidence, claims.release);
    const auto list = read_package_list(only_packages(as_text(*text), about));
    if (!list) return std::nullopt;
    const HostStanding said = judge(*evidence, *list, host.text());
    if (said.standing == Standing::NotAffected) continue;
    claims.words.push_back({.id = id, .standing = said.standing, .remedy = said.remedy});
  }
  claims.weighed += statements / kStatementsOfClaim;
  return claims;
}

}  // namespace mainstay::coordinator
