#include "common/wire/row.h"

#include <gtest/gtest.h>

#include "common/wire/row_sample.h"

namespace mainstay {
namespace {

template <class T>
class RowTest : public testing::Test {};
using Rows = testing::Types<CoordinatorRow, HostStateRow, AttemptRow, SpoolRow, AgentRow>;
TYPED_TEST_SUITE(RowTest, Rows);

TYPED_TEST(RowTest, GivesBackEveryMember) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const auto row = sample::make<TypeParam>(seed);
    const Bytes bytes = encode_row(row);
    const auto back = decode_row<TypeParam>(bytes);
    ASSERT_TRUE(back.has_value()) << "seed " << seed << ": " << back.error().detail;
    ASSERT_TRUE(reflect::same(*back, row)) << "seed " << seed;
    ASSERT_EQ(encode_row(*back), bytes) << "seed " << seed;
  }
}

TYPED_TEST(RowTest, CallsDamageCorrupt) {
  Bytes bytes = encode_row(sample::make<TypeParam>(2));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto cut = decode_row<TypeParam>(ByteView(bytes).first(length));
    ASSERT_FALSE(cut.has_value()) << length;
    ASSERT_EQ(cut.error().fault, Fault::Corrupt);
  }
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const std::byte mask{static_cast<unsigned char>(1U << (bit % 8))};
    bytes[bit / 8] ^= mask;
    const auto flipped = decode_row<TypeParam>(bytes);
    if (!flipped.has_value()) {
      ASSERT_EQ(flipped.error().fault, Fault::Corrupt);
    }
    bytes[bit / 8] ^= mask;
  }
}

TEST(RowTextTest, KeepsWhateverWasWritten) {
  const std::string odd(5000, '\0');
  const CoordinatorRow row = AuditRow{
      .number = 1, .previous = {}, .at = wall_from_ms(1), .text = odd + "\xff", .digest = {}};
  const auto back = decode_row<CoordinatorRow>(encode_row(row));
  ASSERT_TRUE(back.has_value()) << back.error().detail;
  EXPECT_EQ(std::get<AuditRow>(*back).text, odd + "\xff");
}

TEST(RowTextTest, KeepsAHostThatIsNotBoundYet) {
  EXPECT_TRUE(decode_row<HostStateRow>(encode_row(HostStateRow{})).has_value());
}

}  // namespace
}  // namespace mainstay
