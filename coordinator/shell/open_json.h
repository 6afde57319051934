// Within the views only: what one host is open to, from its list of packages and by
// what scanners say of it.
#pragma once

#include "coordinator/shell/deadlines.h"
#include "coordinator/shell/mend.h"

namespace mainstay::coordinator {

struct FirstOpen {
  OpenTo open;
  WallTime due = WallTime::max();  // this: it has no fix, or no clock yet
  bool by_scanner = false;         // by a scanner's word alone
};

struct HostOpen {
  /// Null if the host's list was not looked at, or no list of vulnerabilities knows of its release.
  const OpenList* list = nullptr;
  const OpenClaims* claims = nullptr;   // null: no scanner names it
  std::vector<OpenTo> claimed = {};     // by a scanner's word alone
  std::optional<FirstOpen> first = {};  // what must go first
};
/// Looks at all that the host is open to, some thousand.
HostOpen open_of(const ViewContext& context, const Host& host);

/// By when the first of it must go; nothing if nothing has a fix, or it is not known.
std::optional<Deadline> deadline_of(const HostOpen& open);

/// Counted, and the one of it that must go first; null if it is not known and no scanner names any.
Json open_json(const ViewContext& context, const Host& host, const HostOpen& all, Mends& mends);

}  // namespace mainstay::coordinator
