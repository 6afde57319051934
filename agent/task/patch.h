// The task `patch`: what it asks of the package helper. Words of an argv only, never a shell; the
// set of packages goes in by standard input or a file, because it may be longer than an argv.
#pragma once

#include <string>
#include <vector>

#include "common/core/time.h"
#include "common/plan/head.h"

namespace mainstay::task {

/// At the time limit, for dpkg to finish what it is at; below the coordinator's own patience.
inline constexpr Duration kPatchGrace = std::chrono::seconds(30);

struct PatchTools {
  std::string helper;
  std::string root;  // empty: the machine itself
  Duration lock_wait{};
};

using Argv = std::vector<std::string>;

Argv refresh_argv(const PatchTools& tools);
/// Standard input: set_text(); what of it was left unfinished is no reason to refuse.
Argv preflight_argv(const PatchTools& tools);
/// Standard input: set_text(). Drift is its answer if another set would be installed.
Argv simulate_argv(const PatchTools& tools);
/// The step's probe, and the look afterwards. Standard input: set_text().
Argv verify_argv(const PatchTools& tools);
/// `set_file` holds set_text().
Argv apply_argv(const PatchTools& tools, const std::string& set_file);

/// "name:arch=version", one a line.
std::string set_text(const std::vector<PackageVersion>& packages);

}  // namespace mainstay::task
