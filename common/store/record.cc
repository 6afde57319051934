#include "common/store/record.h"

#include <array>

namespace mainstay::store {

namespace {

// By bytes, reflected. D. Sarwate, "Computation of cyclic redundancy checks via table look-up",
// Communications of the ACM, 1988.
constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1U ^ ((value & 1U) != 0 ? 0x82f63b78U : 0U);
    table[i] = value;
  }
  return table;
}

constexpr auto kTable = make_table();

std::uint32_t sum(std::uint16_t schema, std::string_view key, ByteView value) {
  const std::byte head[] = {static_cast<std::byte>(schema & 255U),
                            static_cast<std::byte>(schema >> 8U)};
  return crc32c(value, crc32c(as_bytes(key), crc32c(head)));
}

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t crc) {
  crc = ~crc;
  for (const std::byte byte : bytes) {
    crc = crc >> 8U ^ kTable[(crc ^ std::to_integer<std::uint32_t>(byte)) & 255U];
  }
  return ~crc;
}

// Little endian: schema (2), zero (2), sum (4), value.
Bytes seal(std::uint16_t schema, std::string_view key, ByteView value) {
  const std::uint32_t crc = sum(schema, key, value);
  Bytes stored;
  stored.reserve(kRecordHeaderBytes + value.size());
  stored.push_back(static_cast<std::byte>(schema & 255U));
  stored.push_back(static_cast<std::byte>(schema >> 8U));
  stored.resize(4);
  for (const unsigned shift : {0U, 8U, 16U, 24U}) stored.push_back(std::byte(crc >> shift & 255U));
  stored.insert(stored.end(), value.begin(), value.end());
  return stored;
}

Result<Record> unseal(std::string_view key, ByteView stored) {
  if (stored.size() >= kRecordHeaderBytes) {
    const auto at = [&](std::size_t i) { return std::to_integer<std::uint32_t>(stored[i]); };
    const auto schema = static_cast<std::uint16_t>(at(0) | at(1) << 8U);
    const std::uint32_t crc = at(4) | at(5) << 8U | at(6) << 16U | at(7) << 24U;
    const ByteView value = stored.subspan(kRecordHeaderBytes);
    if (at(2) == 0 && at(3) == 0 && crc == sum(schema, key, value)) return Record{schema, value};
  }
  return fail(Fault::Corrupt, "the record `" + std::string(key) +
                                  "` is damaged: its sum does not fit; restore the store from a "
                                  "backup and check the disk");
}

}  // namespace mainstay::store
