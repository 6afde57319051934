// The command line of the helper. Strict: an unknown word ends it, because whatever is ignored here
// would be done differently from what the executor asked for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/apt/model.h"
#include "agent/task/lock_wait.h"

namespace mainstay::apt {

enum class Verb { List, Simulate, Holds, Installed, Preflight, Verify, Apply };
enum class Targets { Given, Security, All };
enum class Refresh { No, Yes };
enum class Sources { No, Yes };

struct Options {
  Verb verb = Verb::List;
  std::string root;  // empty: the machine itself
  Targets targets = Targets::Given;
  Refresh refresh = Refresh::No;
  Sources sources = Sources::No;  // of List: also what is installed, by source package
  std::chrono::seconds lock_wait{0};
  std::vector<PackageVersion> set;
};

extern const char* const kUsage;
/// What the usage does not say: what it is, who starts it, exit codes and an example.
extern const char* const kAbout;
std::string to_text(Verb verb);
Outcome<Options> parse_options(const std::vector<std::string>& words);

}  // namespace mainstay::apt
