// The verb `apply`: lets a process of its own install, passes its output on to standard error and
// keeps the last of it, and then looks at dpkg's database again. What that process says of itself
// only chooses the exit code; whether the host holds the set is read from the database.
#pragma once

#include <string>

#include "agent/apt/model.h"
#include "agent/apt/options.h"

namespace mainstay::apt {

struct Answer {
  ExitCode code;
  std::string document;
};

Answer apply(const Options& options);

}  // namespace mainstay::apt
