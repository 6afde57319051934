// Unpredictable bytes from the kernel's generator. Any thread. If there is no entropy the process
// ends: a guessable nonce or key is worse than none.
#pragma once

#include <cstdint>

#include "common/core/bytes.h"
#include "common/core/id.h"

namespace mainstay::crypto {

void fill_random(std::span<std::byte> bytes);
Bytes random_bytes(std::size_t count);
Nonce random_nonce();
/// For Rng, whose choices are reproducible from this one number.
std::uint64_t random_seed();

}  // namespace mainstay::crypto
