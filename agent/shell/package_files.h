// Whether anything that the package helper reads has changed: listing the packages costs a second
// of processor time on a small host, looking at a dozen files costs nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace mainstay::agent {

/// What tells one state of the files from another. Not proof against who sets clocks and times
/// back on purpose: so a listing is made anew each hour all the same.
struct PackageFiles {
  static constexpr std::size_t kCount = 11;
  struct Mark {
    std::uint64_t inode = 0;  // 0: not there
    std::int64_t size = 0;
    std::int64_t changed_ns = 0;  // of the content's change and of the entry's, whichever is later
    bool operator==(const Mark&) const = default;
  };
  std::array<Mark, kCount> marks{};
  bool operator==(const PackageFiles&) const = default;
};

/// Below `root`; empty: the machine itself.
PackageFiles package_files(const std::string& root);

}  // namespace mainstay::agent
