// A stored value with what is needed to know it again: schema number and CRC32C over schema, key
// and value, so that a damaged or misplaced record is found when it is read.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/core/bytes.h"
#include "common/core/result.h"

namespace mainstay::store {

inline constexpr std::size_t kRecordHeaderBytes = 8;  // stored; keeps values aligned to 8

struct Record {
  std::uint16_t schema;
  ByteView value;  // borrowed from the stored bytes
};

/// Castagnoli's polynomial, as iSCSI uses it (RFC 3720 appendix B.4). Goes on from `crc`.
std::uint32_t crc32c(ByteView bytes, std::uint32_t crc = 0);

Bytes seal(std::uint16_t schema, std::string_view key, ByteView value);
/// Corrupt, naming the key, if the sum does not fit.
Result<Record> unseal(std::string_view key, ByteView stored);

}  // namespace mainstay::store
