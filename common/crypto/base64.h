// Base64 of RFC 4648, strict: padding is demanded and unused bits are zero, so that one value has
// exactly one text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/core/bytes.h"

namespace mainstay::crypto {

std::string to_base64(ByteView bytes);
/// Nothing unless the text is the one that to_base64 gives; so no spaces and no line breaks.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace mainstay::crypto
