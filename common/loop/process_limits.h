// What the kernel lets this process have. Set once, at the start.
#pragma once

#include <cstdint>

#include "common/core/result.h"

namespace mainstay::loop {

/// As many open descriptors as the hard limit allows; how many that is. Shells and service managers
/// start programs with 1024, and libzmq spins on a core when it has none left.
std::uint64_t raise_descriptor_limit();

/// Bounds the memory of this process: it ends instead of taking the machine with it. Does nothing
/// in a build with sanitizers, which map far more than they use.
Status limit_memory(std::uint64_t bytes);

}  // namespace mainstay::loop
