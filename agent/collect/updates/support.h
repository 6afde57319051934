// Until when a release gets security updates, from the table that the distribution installs or,
// where there is none, from a small one of our own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/core/time.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// One span of support; the next one begins where it ends.
struct SupportSpan {
  std::string name;  // empty: the release's own; "LTS", "ESM"
  WallTime until{};
  bool is_free = true;  // or only for who pays
};
using Support = std::vector<SupportSpan>;  // ascending

/// From distro-info's file of comma-separated values (packages distro-info-data): `version` as
/// VERSION_ID in os-release. Empty if it does not know the release; Malformed if it is no such
/// file.
Result<Support> support_in_table(std::string_view table, std::string_view version);

/// From the table of November 2026 within; empty if that does not know the release.
Support support_known(std::string_view os_id, std::string_view version);

struct Release {
  std::string os_id;    // "rhel"
  std::string version;  // "9.4"; empty: it has none
};
/// Of the text of os-release; empty where it does not say.
Release read_release(std::string_view text);

/// `subject` is the release: "debian 12".
Finding judge_support(const std::string& subject, const Support& support, WallTime now);

}  // namespace mainstay::agent
