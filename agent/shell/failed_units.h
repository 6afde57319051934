// How many units of systemd have failed: one count for the host's health and for the fact
// `service.failed`, so that they cannot tell different things. The service source only says which.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/agent.h"

namespace mainstay::agent {

/// One failed unit a line, of the kinds that agent/collect/service looks at.
inline constexpr std::array<std::string_view, 8> kFailedUnitsArgv = {
    "/usr/bin/systemctl",
    "list-units",
    "--failed",
    "--type=service,socket,timer,mount,automount,swap,path,scope",
    "--plain",
    "--no-legend",
    "--no-pager",
    "--full"};

/// Into the health, which must be there, and the facts.
void add_failed_units(std::string_view listed, Looked& looked);

}  // namespace mainstay::agent
