// One command of the system's own, with nothing of our environment and no shell.
#pragma once

#include <string>
#include <vector>

namespace mainstay::restart {

/// Its exit code; 128 and the signal if one ended it; 127 if it could not be started. Its output
/// goes where ours goes.
int run_command(const std::vector<std::string>& argv);

/// The first line that it prints, whatever its exit; empty if there is none.
std::string first_line_of(const std::vector<std::string>& argv);

}  // namespace mainstay::restart
