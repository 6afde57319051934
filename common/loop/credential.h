// Secrets that the service manager hands over as files which only the service can read, and only
// while it runs: systemd's LoadCredential=.
#pragma once

#include <string>
#include <vector>

#include "common/core/result.h"

namespace mainstay::loop {

/// `%d/NAME`, as in systemd's units, is a file below $CREDENTIALS_DIRECTORY. Any other text is
/// itself.
Result<std::string> credential_path(const std::string& text);

/// The environment of a program of the system's own, in the language of machines; with where the
/// service's secrets are, if there are any, so that the program may read those meant for it.
std::vector<std::string> helper_environment();

}  // namespace mainstay::loop
