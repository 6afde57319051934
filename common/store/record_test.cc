#include "common/store/record.h"

#include <gtest/gtest.h>

namespace mainstay::store {
namespace {

// RFC 3720 appendix B.4, and the check value of the polynomial's catalogue entry.
TEST(RecordTest, SumsAsTheStandardDoes) {
  EXPECT_EQ(crc32c(Bytes(32)), 0x8a9136aaU);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0xff})), 0x62a8ab43U);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
  EXPECT_EQ(crc32c(as_bytes("6789"), crc32c(as_bytes("12345"))), 0xe3069283U);
}

TEST(RecordTest, FindsAnyFlippedBitAndAnyOtherKey) {
  const Bytes stored = seal(7, "host/h17", as_bytes("value"));
  const auto record = unseal("host/h17", stored);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->schema, 7);
  EXPECT_EQ(as_text(record->value), "value");
  for (std::size_t bit = 0; bit < stored.size() * 8; ++bit) {
    Bytes changed = stored;
    changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    const auto damaged = unseal("host/h17", changed);
    ASSERT_FALSE(damaged.has_value()) << bit;
    EXPECT_EQ(damaged.error().fault, Fault::Corrupt);
    EXPECT_NE(damaged.error().detail.find("host/h17"), std::string::npos);
  }
  EXPECT_FALSE(unseal("host/h18", stored).has_value());
  EXPECT_FALSE(unseal("host/h17", ByteView(stored).first(7)).has_value());
}

}  // namespace
}  // namespace mainstay::store
