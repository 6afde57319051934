// Within the views only: what one host is open to, from its list of packages.
#pragma once

#include "coordinator/shell/deadlines.h"
#include "coordinator/shell/mend.h"

namespace mainstay::coordinator {

/// Counted, and the one of it that must go first; null if the host's list was not looked at, or no
/// list of vulnerabilities knows of its release.
Json open_json(const ViewContext& context, const Host& host, Mends& mends);

/// By when the first of it must go; nothing if nothing has a fix, or it is not known.
std::optional<Deadline> open_deadline(const ViewContext& context, const Host& host);

}  // namespace mainstay::coordinator
