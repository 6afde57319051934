// How long a lock of the package manager may be waited for: one bound for the executor's
// configuration and for the helper that does the waiting.
#pragma once

#include <chrono>

namespace mainstay {

inline constexpr std::chrono::seconds kLockWaitMax{3600};

}  // namespace mainstay
