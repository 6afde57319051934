// Inside this folder only: libsodium wants to be initialised before anything else is called, once a
// process and by any thread. libzmq may have done so already; that is nothing to it.
#pragma once

#include <sodium/core.h>

#include "common/core/check.h"

namespace mainstay::crypto {

inline void sodium_ready() {
  static const bool kReady = sodium_init() >= 0;
  CHECK(kReady);
}

}  // namespace mainstay::crypto
