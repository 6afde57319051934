// What dnf 4 and rpm print for us, as values. Where they let us choose the form it is fields
// between bars; advisories come as dnf's own table. Names are of whoever fills a repository.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent {

struct RpmPackage {
  std::string name;  // "nginx.x86_64"
  std::string evr;   // epoch, version and release: "1:3.0.7-1.el9", "1.20.1-1.el9"
  auto operator<=>(const RpmPackage&) const = default;
};

/// What a host has, and what it could have instead.
struct RpmHost {
  std::vector<RpmPackage> installed;
  std::vector<RpmPackage> upgrades;  // the newest of each, as this host would install it
};

/// An advisory or a CVE that an update of the package closes.
struct DnfAdvisory {
  std::string id;        // "RHSA-2026:1001", "CVE-2026-18822"
  std::string severity;  // "Important"; empty: not said
  RpmPackage fix;
};

inline constexpr std::size_t kDnfOutputBytesMax = 4096UL * 1024;
// For --qf of dnf repoquery, and of rpm -qa.
inline constexpr const char* kDnfForm = "%{name}|%{arch}|%{epoch}:%{version}-%{release}\n";
inline constexpr const char* kRpmForm = "%{NAME}|%{ARCH}|%{EPOCHNUM}:%{VERSION}-%{RELEASE}\n";

/// Lines of one of the forms above. Malformed for any other line.
Result<std::vector<RpmPackage>> read_rpm_packages(std::string_view text);
/// Of `dnf updateinfo list`.
Result<std::vector<DnfAdvisory>> read_dnf_advisories(std::string_view text);
/// Identities in `dnf repolist`.
Result<std::vector<std::string>> read_dnf_repositories(std::string_view text);

}  // namespace mainstay::agent
