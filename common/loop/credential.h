// Secrets that the service manager hands over as files which only the service can read, and only
// while it runs: systemd's LoadCredential=.
#pragma once

#include <string>

#include "common/core/result.h"

namespace mainstay::loop {

/// `%d/NAME`, as in systemd's units, is a file below $CREDENTIALS_DIRECTORY. Any other text is
/// itself.
Result<std::string> credential_path(const std::string& text);

}  // namespace mainstay::loop
