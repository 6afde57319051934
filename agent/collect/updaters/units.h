// What starts by itself here, read from the files that say so: asking the manager would need a bus,
// and a host's root may be an image.
#pragma once

#include <string>

namespace mainstay::agent {

/// Below `root` ("" for the machine itself): some target wants the unit and nobody masks it, or a
/// runlevel starts a script of its name.
bool is_enabled(const std::string& root, const std::string& unit);

/// It has processes now, by its control group below `root`/sys.
bool is_running(const std::string& root, const std::string& unit);

}  // namespace mainstay::agent
