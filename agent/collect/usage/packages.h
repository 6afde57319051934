// Installed packages that nobody needs: old kernels by dpkg's own list, orphans as apt names them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent {

struct InstalledPackage {
  std::string name;
  std::uint64_t bytes = 0;  // as the package says of itself
  bool operator==(const InstalledPackage&) const = default;
};

inline constexpr std::size_t kInstalledMax = 20'000;
inline constexpr std::size_t kPackageNameBytesMax = 128;

/// Those of /var/lib/dpkg/status that are installed. Malformed for a paragraph without a name, or
/// a size that is none.
Result<std::vector<InstalledPackage>> read_dpkg_status(std::string_view status);

/// Kernel images that neither run nor are the newest of their flavour. None if the one that runs
/// (`release`, of uname) is of no package: then nothing tells which is needed.
std::vector<InstalledPackage> old_kernels(const std::vector<InstalledPackage>& packages,
                                          std::string_view release);

/// The names in `apt-get -s autoremove`: each line that starts with "Remv ". Malformed for a name
/// that is none.
Result<std::vector<std::string>> read_autoremove(std::string_view text);

}  // namespace mainstay::agent
