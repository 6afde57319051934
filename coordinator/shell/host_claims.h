// Within the views only: what scanners claim of one host, weighed by what lists of vulnerabilities
// say and by what the host itself says that it has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ports/store.h"
#include "coordinator/core/vulnerability/judge.h"

namespace mainstay::coordinator {

struct ClaimWord {
  std::string_view id;  // within a list's text
  Standing standing = Standing::NotKnown;
  Remedy remedy = Remedy::None;  // of a vulnerable host
};

struct HostClaims {
  std::string release;  // as the host says it
  // Vulnerable, or not known, since the scanner and all others disagree; ascending by id.
  std::vector<ClaimWord> words = {};
  std::size_t weighed = 0;  // how many were looked at, and more where lists say much of them
  bool is_whole = true;     // no more is claimed
};

/// Ids of what they claim of it, ascending, each once; within the lists' texts.
std::vector<std::string_view> claimed_of(std::span<const Feed* const> feeds, const HostId& host);

/// For each of these what judge() says of this host. Nothing if its list of packages is not here.
std::optional<HostClaims> host_claims(const Records& records, std::span<const Feed* const> feeds,
                                      const HostId& host, const Digest& packages,
                                      std::span<const std::string_view> ids);

}  // namespace mainstay::coordinator
