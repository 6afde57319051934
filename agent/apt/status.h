// What dpkg's database holds, read from its files and from nothing else: after a task this is the
// look that decides its outcome. dpkg writes changes first as numbered files below updates/ and
// folds them into `status` later, so an interrupted dpkg leaves some there; they are read on top.
#pragma once

#include <string>
#include <vector>

#include "agent/apt/model.h"

namespace mainstay::apt {

struct Database {
  std::vector<PackageState> packages;  // sorted; those not installed at all are left out
  std::size_t rejected = 0;            // entries whose name or version dpkg's policy does not allow
  bool interrupted = false;            // updates/ is not empty
};

Outcome<Database> read_database(const std::string& folder);

/// The state of one package; status `not-installed` if dpkg knows nothing of it.
PackageState find_state(const Database& database, const PackageVersion& package);

/// Is exactly this version installed and configured?
bool holds(const Database& database, const PackageVersion& package);

/// Packages that dpkg has begun and not finished: unpacked, half-installed, half-configured, to be
/// reinstalled, or with triggers open.
std::vector<PackageState> unfinished(const Database& database);

/// The next dpkg run settles open triggers by itself; the rest wants a person or a repeated
/// install.
bool blocks(const PackageState& state);

/// Of these, what a run over `set` would not finish by itself.
std::vector<PackageState> unfinished_beside(const Database& database,
                                            const std::vector<PackageVersion>& set);

/// "webd:amd64=2.1-1 half-configured; ", and how a person finishes that below `root`.
std::string describe_unfinished(const std::vector<PackageState>& states, const std::string& root);

}  // namespace mainstay::apt
