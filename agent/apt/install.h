// Brings the named versions onto the host: lock, refresh, simulate again, download, install. Runs
// as root in a process of its own whose output is captured; what it answers is not proof, the
// caller looks at dpkg's database afterwards. Configuration files that the operator has edited
// stay; the package's new one lies beside it as .dpkg-dist.
#pragma once

#include "agent/apt/model.h"
#include "agent/apt/options.h"
#include "agent/apt/root.h"

namespace mainstay::apt {

struct InstallReport {
  ExitCode code = ExitCode::Ok;
  std::string detail = {};
  Simulation simulation = {};  // of the second look, for Drift and WouldRemove
};

InstallReport install(const Root& root, const Options& options);

}  // namespace mainstay::apt
