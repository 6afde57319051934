// For this folder's tests: a first moment on both axes, and later ones.
#pragma once

#include "common/core/time.h"

namespace mainstay {

constexpr Now kStart{.mono = instant_from_ms(100'000), .wall = wall_from_ms(1'700'000'000'000)};
constexpr Now later(Duration by) {
  return {.mono = kStart.mono + by, .wall = kStart.wall + by};
}

}  // namespace mainstay
