// The documents of the helper: one JSON object a run, at most 1 MiB, on standard output. The schema
// is in README.md. Names and versions were checked against dpkg's charset before; all other text is
// cut to a limit and to printable ASCII here, so that whoever prints it needs no care.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/apt/install.h"
#include "agent/apt/lock.h"
#include "agent/apt/model.h"
#include "agent/apt/options.h"
#include "agent/apt/pending.h"
#include "agent/apt/sources.h"
#include "agent/apt/status.h"

namespace mainstay::apt {

struct Locks {
  LockState frontend = LockState::Unknown;
  LockState dpkg = LockState::Unknown;
  LockState lists = LockState::Unknown;
};

std::string word_of(ExitCode code);

std::string refusal_document(const std::string& verb, const Refusal& refusal);
/// Of `sources`, where they are asked for, each has as little as it can: there are thousands.
std::string list_document(const PendingUpdates& pending, const Database& database,
                          const Facts& facts, const std::optional<std::vector<Source>>& sources);
std::string simulate_document(const Simulation& simulation, ExitCode code);
std::string states_document(const std::string& verb, const std::vector<PackageState>& states,
                            const Database& database);
std::string verify_document(const std::vector<PackageVersion>& set, const Database& database);
std::string preflight_document(const Refusal& verdict, const Database& database, const Facts& facts,
                               const Locks& locks);

/// What the installing process hands to the one that looks afterwards.
std::string install_fragment(const InstallReport& report);

struct ApplyEnd {
  ExitCode code;
  std::string detail;
  std::string fragment;  // may be empty or half, if that process died
  std::string output;    // the last of what was printed
};
std::string apply_document(const ApplyEnd& end, const std::vector<PackageVersion>& set,
                           const Database& database);

}  // namespace mainstay::apt
