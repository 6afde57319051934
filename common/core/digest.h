// SHA-256, declared here so that the core may use it, defined only in common/crypto.
#pragma once

#include <initializer_list>

#include "common/core/bytes.h"
#include "common/core/id.h"

namespace mainstay {

/// FIPS 180-4. Never fails.
Digest sha256(ByteView bytes);
/// Digest of the concatenation.
Digest sha256(std::initializer_list<ByteView> parts);

}  // namespace mainstay
