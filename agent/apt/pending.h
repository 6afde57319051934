// The updates that apt's policy would choose, each with where it comes from. Security means: some
// version newer than the installed one, up to the candidate, is offered by an archive labelled
// Debian-Security or by Ubuntu's -security. The suite's name is never asked, as it changes with
// age.
#pragma once

#include <vector>

#include <apt-pkg/cachefile.h>

#include "agent/apt/model.h"

namespace mainstay::apt {

struct PendingUpdates {
  std::vector<Pending> updates;  // sorted by name
  std::size_t rejected = 0;      // with a name or version that dpkg's policy does not allow
};

PendingUpdates pending_updates(pkgCacheFile& cache);

PackageVersion identity(pkgCache::VerIterator version);

/// Null iterator if no archive offers this version.
pkgCache::VerIterator find_version(pkgCacheFile& cache, const PackageVersion& wanted);
pkgCache::PkgIterator find_package(pkgCacheFile& cache, const PackageVersion& wanted);

/// Would going from what is installed to this version close a security hole?
bool closes_security(pkgCacheFile& cache, pkgCache::VerIterator version);

}  // namespace mainstay::apt
