// Within the views only: what one host is open to, from its list of packages.
#pragma once

#include "coordinator/shell/deadlines.h"
#include "coordinator/shell/mend.h"

namespace mainstay::coordinator {

struct FirstOpen {
  OpenTo open;
  WallTime due;  // WallTime::max(): it has no fix, or no clock yet
};

struct HostOpen {
  /// Null if the host's list was not looked at, or no list of vulnerabilities knows of its release.
  const OpenList* list = nullptr;
  std::optional<FirstOpen> first = {};  // what must go first
};
/// Looks at all that the host is open to, some thousand.
HostOpen open_of(const ViewContext& context, const Host& host);

/// By when the first of it must go; nothing if nothing has a fix, or it is not known.
std::optional<Deadline> deadline_of(const HostOpen& open);

/// Counted, and the one of it that must go first; null if it is not known.
Json open_json(const ViewContext& context, const Host& host, const HostOpen& all, Mends& mends);

}  // namespace mainstay::coordinator
