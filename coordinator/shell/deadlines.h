// Within the views only: by when something must have happened.
#pragma once

#include <optional>
#include <string_view>

#include "coordinator/core/vulnerability/deadline.h"
#include "coordinator/shell/json.h"
#include "coordinator/shell/open_lists.h"

namespace mainstay::coordinator {

struct Deadline {
  WallTime at{};
  std::string_view of;  // "patch", "rpo", "prove_every", "expires", "full", "support"
};

/// The first of what a finding must keep; nothing where there is none, or its numbers do not tell.
/// `open_to` is by when the first of what its host's packages are open to must go: that of the
/// finding that speaks of all updates, too.
std::optional<Deadline> deadline_of(const FindingsRow& row, const Finding& finding,
                                    const std::optional<Deadline>& open_to);

/// deadline_at, deadline_seconds (left; below zero: over) and deadline_of; null where there is
/// none.
void put_deadline(const ViewContext& context, const std::optional<Deadline>& deadline, Json& json);

/// Of a vulnerability whose fix is known since then. A host that came later has its time from then.
WallTime due_of(const Host& host, WallTime since, Haste haste);

}  // namespace mainstay::coordinator
