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
  // The newest security update of each package whose candidate does not reach it, since the host's
  // preferences keep it out: apt itself never mentions these.
  std::vector<Pending> pinned;
  std::size_t rejected = 0;  // with a name or version that dpkg's policy does not allow
};

PendingUpdates pending_updates(pkgCacheFile& cache);

/// How new the newest list of a security archive is, in seconds since 1970; 0: there is none.
std::int64_t security_published_at(pkgCacheFile& cache);

PackageVersion identity(pkgCache::VerIterator version);

/// Null iterator if no archive offers this version.
pkgCache::VerIterator find_version(pkgCacheFile& cache, const PackageVersion& wanted);
pkgCache::PkgIterator find_package(pkgCacheFile& cache, const PackageVersion& wanted);

/// Would going from what is installed to this version close a security hole?
bool closes_security(pkgCacheFile& cache, pkgCache::VerIterator version);

}  // namespace mainstay::apt
