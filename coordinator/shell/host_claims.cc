#include "coordinator/shell/host_claims.h"

#include <algorithm>

#include "common/core/sort_unique.h"
#include "coordinator/core/vulnerability/few_packages.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

// Of one host, each some eight microseconds of work that no piece can end within.
constexpr std::size_t kClaimedMax = 3'000;

std::vector<std::string_view> claimed_of(std::span<const Feed* const> feeds, const HostId& host) {
  std::vector<std::string_view> ids;
  for (const Feed* feed : feeds) std::ranges::copy(feed->claimed_of(host), std::back_inserter(ids));
  sort_unique(ids);
  return ids;
}

/// Of `list`, which is sorted by name, those that it is about.
PackageList only(const PackageList& list, std::span<const std::string> names) {
  PackageList few{.release = list.release,
                  .sees_processes = list.sees_processes,
                  .packages = {},
                  .is_whole = list.is_whole};
  for (const std::string& name : names) {
    std::ranges::copy(std::ranges::equal_range(list.packages, name, {}, &InstalledPackage::name),
                      std::back_inserter(few.packages));
  }
  return few;
}

}  // namespace

std::optional<HostClaims> host_claims(const Records& records, std::span<const Feed* const> feeds,
                                      const HostId& host, const Digest& packages) {
  const auto text = packages_text(records, packages);
  if (!text) return std::nullopt;
  HostClaims claims{.release = std::string(release_of(as_text(*text)))};
  auto ids = claimed_of(feeds, host);
  claims.is_whole = ids.size() <= kClaimedMax;
  ids.resize(std::min(ids.size(), kClaimedMax));
  claims.weighed = ids.size();
  std::vector<Evidence> all;
  std::vector<std::string> names;
  for (const std::string_view id : ids) {
    all.push_back(*evidence_of(feeds, id, host));
    std::ranges::copy(packages_of(all.back(), claims.release), std::back_inserter(names));
  }
  sort_unique(names);
  const auto list = read_package_list(only_packages(as_text(*text), names));
  if (!list) return std::nullopt;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto about = packages_of(all[i], claims.release);
    const HostStanding said = judge(all[i], only(*list, about), host.text());
    if (said.standing == Standing::NotAffected) continue;
    claims.words.push_back({.id = ids[i], .standing = said.standing, .remedy = said.remedy});
  }
  return claims;
}

}  // namespace mainstay::coordinator
