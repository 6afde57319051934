// On what this host runs: a machine, a virtual one, a container. By our own reading of what any
// user may read; which file says what is in systemd's documents (systemd-detect-virt, "Container
// Interface") and in the vendors' DMI strings.
#pragma once

#include <string>

namespace mainstay::agent {

/// "container (docker)", "virtual machine (kvm)", "physical machine"; empty if nothing tells.
std::string virtualisation_of(const std::string& root = "");

}  // namespace mainstay::agent
