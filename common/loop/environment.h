// What a program of the system's own is started with: nothing of our environment, and the language
// of machines, since its output is read by one.
#pragma once

#include <string>
#include <vector>

namespace mainstay::loop {

/// NAME=value, the whole of it.
std::vector<std::string> system_environment();

/// With where the service's secrets are, if there are any, for a program that may read those meant
/// for it, and with the number of the boot that the service was told (loop/boot_id.h).
std::vector<std::string> helper_environment();

}  // namespace mainstay::loop
