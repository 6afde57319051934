// How a task is run: as root for the package manager, or as a throw-away user that can look and not
// touch: no privileges to gain, no network, everything mounted read-only.
#pragma once

#include <string>

#include <sys/types.h>

#include "common/core/result.h"

namespace mainstay::sandbox {

// From the range that systemd's UIDS-GIDS document lists as unused (1879048192 to 2147352575): no
// user, transient service or container runs there, so ending all of such a uid ends only its task.
// It is wide enough that two tasks of a host hardly ever share one.
inline constexpr uid_t kThrowAwayFirst = 1'879'048'192;
inline constexpr uid_t kThrowAwayCount = 268'304'384;

/// In the child, before exec: leaves the network, makes every mount read-only, becomes `uid` for
/// good. An error if one of these cannot be had, since "reads only" was signed. Without root there
/// is nothing to give up.
Status enter(uid_t uid);

/// Ends every process of a throw-away user, daemonised ones included.
void end_all_of(uid_t uid);

}  // namespace mainstay::sandbox
