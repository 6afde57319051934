// What is installed on a host, by what vulnerability data speaks of: source packages on Debian and
// its kin, the packages themselves where rpm is. A host's own word, made harmless where it is read.
//
// 1. A package that is not in a whole list is not installed; of a part that cannot be told.
// 2. Equal lists have equal texts, so that a fleet of like hosts is one list at the centre.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay {

// A desktop with everything has 3,000 source packages, of some 60 bytes each.
inline constexpr std::size_t kPackageListBytesMax = 512UL * 1024;
inline constexpr std::size_t kInstalledMax = 8192;
inline constexpr std::size_t kProcessNamesMax = 8;

struct InstalledPackage {
  std::string name;
  std::string version;  // of a kernel the one that runs
  // The newest this host could install from its lists; empty: none newer.
  std::string candidate = {};
  std::vector<std::string> listening = {};  // names of processes that use it and listen; ascending
  std::vector<std::string> stale = {};  // of those that still run files of it that were replaced
  bool operator==(const InstalledPackage&) const = default;
};

struct PackageList {
  std::string release;          // "debian:12", "rhel:9.4": os-release's ID and VERSION_ID
  bool sees_processes = false;  // every process could be looked into
  std::vector<InstalledPackage> packages;  // ascending by name, then by the text of the version
  bool is_whole = true;  // nothing was left out; else not every process is seen either
  bool operator==(const PackageList&) const = default;
};

/// Sorted, bounded, and without what is no name or version: `omitted` counts the packages that were
/// left out, and a list without them says that it is a part.
std::string package_list_text(PackageList list, std::size_t* omitted = nullptr);
/// Malformed, with the line, for anything that package_list_text does not make.
Result<PackageList> read_package_list(std::string_view text);

}  // namespace mainstay
