// What is installed, by source package: vulnerability data speaks of these. Several binary packages
// of one source may be of different versions; then the lowest decides, as it has the most holes.
//
// Of a kernel only its images count, since headers run nowhere; the image that runs decides. Signed
// images have a source of their own, and go by the name of the kernel's.
#pragma once

#include <string>
#include <vector>

#include <apt-pkg/cachefile.h>

namespace mainstay::apt {

struct Source {
  std::string name;
  std::string version;
  std::string candidate;              // what the policy would bring it to; empty: nothing newer
  std::vector<std::string> binaries;  // installed, without their architectures; ascending
};

/// Ascending by name. `kernel` is the release of the one that runs; empty: that is another root's.
std::vector<Source> installed_sources(pkgCacheFile& cache, const std::string& kernel);

}  // namespace mainstay::apt
