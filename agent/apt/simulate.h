// What an upgrade would do, worked out by apt's own resolver on its cache and nowhere else. A
// package on hold stays, a phased update waits unless it is asked for by name, and nothing is ever
// removed: a target that would need it is kept back (among pending updates) or refuses the set (if
// named).
#pragma once

#include <vector>

#include <apt-pkg/cachefile.h>

#include "agent/apt/model.h"

namespace mainstay::apt {

enum class Wanted { Security, All };

/// The targets that can be had together, and with each kept one the reason.
Simulation simulate_pending(pkgCacheFile& cache, Wanted wanted);

/// Exactly these versions. Afterwards the cache is marked accordingly, ready to be installed.
Simulation simulate_set(pkgCacheFile& cache, const std::vector<PackageVersion>& set);

/// Nothing but what of the set is not there yet. More is drift, too: a dependency that it does not
/// name. Judged by the cache alone: it does not see what a killed dpkg has not folded in.
bool installs_just(const Simulation& simulation, std::vector<PackageVersion> set);

}  // namespace mainstay::apt
