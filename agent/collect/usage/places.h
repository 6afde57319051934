// Folders whose contents can go, or of which it is worth knowing how large they are.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/usage/walk.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

/// Findings of what was found in package caches, journals, logs, dumps and temporary folders below
/// `root`; nothing of what is empty or not there. Returns the bytes that may go without asking.
std::uint64_t add_places(const std::string& root, WalkLimits& limits, SourceReport& report);

/// The size of one folder as a finding; none if it is not there.
void add_folder(const std::string& folder, const std::string& subject, const std::string& reason,
                WalkLimits& limits, SourceReport& report);

}  // namespace mainstay::agent
