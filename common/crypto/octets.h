// Bytes as the C libraries of this folder name them.
#pragma once

#include "common/core/bytes.h"

namespace mainstay::crypto {

inline const unsigned char* octets(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* writable(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace mainstay::crypto
