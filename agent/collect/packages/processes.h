// Which processes of this host's own files listen, or run files that were replaced, and which files
// of code they have mapped. Processes of containers are not this host's: their files belong to
// other packages. One that changed its root by itself is.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace mainstay::agent {

struct ProcessUse {
  std::string name;  // by its own word
  bool listens = false;
  std::vector<std::string> files;     // program and libraries, ascending
  std::vector<std::string> replaced;  // of these, those whose file is another one by now
};

struct ProcessUses {
  std::vector<ProcessUse> processes;
  bool is_complete = true;  // every process could be looked into
};

struct ProcessPlaces {
  std::string proc = "/proc";
  std::string root = "/";  // what a process of this host has for its root
};

/// Those that listen, and those of `old` with code that was replaced.
ProcessUses look_at_processes(const ProcessPlaces& places, const std::vector<pid_t>& old);

}  // namespace mainstay::agent
