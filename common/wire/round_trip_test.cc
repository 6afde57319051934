// Whatever is encoded comes back as it was, and whatever was damaged ends as an error or a value.
#include <gtest/gtest.h>

#include "common/wire/kinds.h"
#include "common/wire/sample.h"

namespace mainstay {
namespace {

template <class... T>
testing::Types<T...> types_of(std::tuple<T...>);
using Kinds = decltype(types_of(WireKinds()));

template <class T>
class RoundTripTest : public testing::Test {};
TYPED_TEST_SUITE(RoundTripTest, Kinds);

TYPED_TEST(RoundTripTest, GivesBackEveryMember) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto value = sample::make<TypeParam>(seed);
    const Bytes bytes = encode(value);
    const auto back = decode<TypeParam>(bytes);
    ASSERT_TRUE(back.has_value()) << "seed " << seed << ": " << back.error().detail;
    ASSERT_TRUE(reflect::same(*back, value)) << "seed " << seed;
    ASSERT_EQ(encode(*back), bytes) << "seed " << seed;
  }
}

TYPED_TEST(RoundTripTest, TakesUnalignedBytes) {
  Bytes bytes = encode(sample::make<TypeParam>(7));
  bytes.insert(bytes.begin(), std::byte{0});
  EXPECT_TRUE(decode<TypeParam>(ByteView(bytes).subspan(1)).has_value());
}

TYPED_TEST(RoundTripTest, RefusesEveryTruncationAndAnyAddition) {
  Bytes bytes = encode(sample::make<TypeParam>(3));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto cut = decode<TypeParam>(ByteView(bytes).first(length));
    ASSERT_FALSE(cut.has_value()) << length << " of " << bytes.size();
    ASSERT_EQ(cut.error().fault, Fault::Malformed);
  }
  bytes.resize(bytes.size() + 8);
  EXPECT_FALSE(decode<TypeParam>(bytes).has_value());
}

TYPED_TEST(RoundTripTest, SurvivesEveryFlippedBit) {
  Bytes bytes = encode(sample::make<TypeParam>(3));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const std::byte mask{static_cast<unsigned char>(1U << (bit % 8))};
    bytes[bit / 8] ^= mask;
    const auto flipped = decode<TypeParam>(bytes);
    if (!flipped.has_value()) {
      ASSERT_EQ(flipped.error().fault, Fault::Malformed);
      ASSERT_FALSE(flipped.error().detail.empty());
    } else {
      // What was accepted is a value like any other: it can be sent on.
      ASSERT_TRUE(decode<TypeParam>(encode(*flipped)).has_value()) << "bit " << bit;
    }
    bytes[bit / 8] ^= mask;
  }
}

}  // namespace
}  // namespace mainstay
