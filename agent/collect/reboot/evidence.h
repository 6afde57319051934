// What speaks for a reboot or a restart on this host, each voice apart, so that they can be weighed
// against one another.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/collect/reboot/needrestart_text.h"
#include "agent/restart/old_code.h"

namespace mainstay::agent {

struct RebootEvidence {
  std::string kernel_running;
  // Our own reading.
  std::string kernel_reason;                    // empty: no newer kernel is installed
  std::vector<std::string> code_reasons;        // what runs replaced files and cannot be restarted
  std::vector<restart::OldCode> old;            // by process number
  bool sees_all = false;                        // every process could be looked into
  std::map<std::string, std::string> packages;  // of replaced files, where known
  // What others say.
  std::string mark;  // the file by which packages ask for a reboot; empty: it is not there
  std::vector<std::string> mark_packages;
  std::optional<Needrestart> needrestart;  // nothing: not installed, or it failed
  std::string needrestart_failure;
  std::vector<std::string> livepatches;  // active ones
};

/// Where to look; for tests below another root.
struct HostPlaces {
  std::string root;  // "" for the machine itself
  std::string proc = "/proc";
  std::string livepatch = "/sys/kernel/livepatch";
  std::string release;  // of the running kernel
};

/// All but needrestart. It starts no program below another root; of the machine itself rpm may be
/// asked.
RebootEvidence gather_evidence(const HostPlaces& places);

}  // namespace mainstay::agent
