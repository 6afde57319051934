// A folder for what programs write while they look, where all others may be read-only.
#pragma once

#include <string>

namespace mainstay::agent {

/// Below `state`, a folder of our own; what a look that was killed left in it is removed. Empty
/// where there is no `state`, or it cannot be made: then programs do with what they find.
std::string scratch_folder(const std::string& state, const std::string& name);

}  // namespace mainstay::agent
