// Turns libapt-pkg to the machine or to a package root. In a root every folder that apt reads or
// writes lies below it, which is checked and not assumed; apt's hooks are commands of the machine
// outside and would act on it, so they do not run for a root. Call once, before anything of
// libapt-pkg.
#pragma once

#include <string>

#include "agent/apt/model.h"

namespace mainstay::apt {

struct Root {
  std::string path;      // "" for the machine, otherwise absolute, without a slash at its end
  std::string database;  // dpkg's folder
  std::string lists;
  std::string archives;
};

/// Enough to read dpkg's database; libapt-pkg stays untouched.
Outcome<Root> find_root(const std::string& path);

/// Loads the configuration and the packaging system; the machine's folders may be moved by it.
Outcome<Root> open_root(const std::string& path);

/// Everything libapt-pkg has complained about since the last call, as bounded text.
std::string take_complaints();

}  // namespace mainstay::apt
