// Names of source packages, apart from libapt-pkg.
#pragma once

#include <string>

namespace mainstay::apt {

/// "linux" of linux-signed-amd64 for amd64, "linux-aws" of linux-signed-aws: Debian names signed
/// sources by architecture, Ubuntu by flavour. Any other name as it is.
std::string unsigned_source(const std::string& source, const std::string& architecture);

}  // namespace mainstay::apt
