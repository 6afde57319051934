// What of old code a restart of services can mend, and what only a reboot can.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/restart/old_code.h"

namespace mainstay::restart {

/// Services to restart, each with the first process that asks for it.
using Restarts = std::map<std::string, OldCode>;

/// Without those named in `never` (".service" may be left out), without this host's own executor
/// and tasks, and without those on which sessions hang (message bus, logins, consoles).
Restarts restarts_needed(const std::vector<OldCode>& old, const std::vector<std::string>& never);

/// What lies on the host, for tests below another root.
struct Places {
  std::string root;  // "" for the machine itself
  std::string proc = "/proc";
  std::string release;  // of the running kernel
};

/// A line for each reason; empty if none is known.
std::vector<std::string> reboot_reasons(const Places& places, const std::vector<OldCode>& old);

// What these are made of, for who weighs one against the other.
/// The file by which packages ask for a reboot; empty if it is not there.
std::string reboot_mark(const Places& places);
/// Empty if the newest kernel of its flavour runs, or none is installed, as in a container.
std::string kernel_reason(const Places& places);
/// What runs replaced files and cannot be restarted.
std::vector<std::string> old_code_reasons(const std::vector<OldCode>& old);

}  // namespace mainstay::restart
