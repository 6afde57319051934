// Which processes still run code of files that were replaced: a package manager renames the new
// file over the old one, and whoever has the old one mapped runs it until it ends. Read from
// /proc/PID/maps, where the kernel marks such a mapping as deleted.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace mainstay::restart {

struct OldCode {
  pid_t pid = 0;
  std::string process;  // its name, printable
  std::string file;     // the first replaced file found, printable
  std::string unit;     // "x.service" of the system manager; "init"; empty: of a session, or none
};

struct OldCodeFound {
  std::vector<OldCode> old;  // by process number
  bool complete = true;      // every process could be looked into
};
/// `proc` is /proc, or a fixture. A process that ends meanwhile is none.
OldCodeFound find_old_code(const std::string& proc);

/// Of one line of maps: the file that was replaced, or empty. Code and libraries of the system's
/// own folders only: temporary files and shared memory are deleted by those who use them.
std::string replaced_file(const std::string& line);

/// From the text of /proc/PID/cgroup: a service of this machine's own manager, or empty.
std::string unit_of(const std::string& cgroup);

}  // namespace mainstay::restart
