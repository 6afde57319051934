// Which package each file of this host belongs to: by dpkg's lists, or by rpm's database where dpkg
// has none. For programs and libraries that processes use.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mainstay::agent {

struct FileOwners {
  std::map<std::string, std::string> packages;  // by file; without those that nobody owns
  bool is_complete = true;  // each file was looked for, in all that the package manager knows
};

/// By dpkg's lists below `root`.
FileOwners packages_of(const std::string& root, const std::vector<std::string>& files);

/// Of the machine itself. Asks rpm, a program, where there is no dpkg.
FileOwners owners_here(const std::vector<std::string>& files);

}  // namespace mainstay::agent
