#include <gtest/gtest.h>

#include "common/core/edges.h"
#include "common/core/id.h"
#include "common/core/parts.h"
#include "common/core/rng.h"

namespace mainstay {
namespace {

TEST(HostIdTest, TakesOnlyNamesThatAreSafeAsFileNames) {
  for (const char* good : {"a", "web-eu-1", "db1.example.net", "0"}) {
    EXPECT_TRUE(HostId::parse(good)) << good;
  }
  for (const char* bad : {"", ".", "..", "a..b", "-a", "a-", "A", "a/b", "a b", "a\nb", "é"}) {
    EXPECT_FALSE(HostId::parse(bad)) << bad;
  }
  EXPECT_TRUE(HostId::parse(std::string(63, 'a')));
  EXPECT_FALSE(HostId::parse(std::string(64, 'a')));
  EXPECT_FALSE(HostId::parse(std::string_view("a\0b", 3)));
}

TEST(BytesTest, HexadecimalGoesBothWaysAndRefusesTheRest) {
  const Bytes bytes = {std::byte{0}, std::byte{0x7f}, std::byte{0xff}};
  EXPECT_EQ(to_hex(bytes), "007fff");
  EXPECT_EQ(from_hex("007fFF"), bytes);
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(PartsTest, ComeTogetherInAnyOrderAndTwice) {
  Bytes whole(kPartBytesMax * 2 + 5);
  for (std::size_t i = 0; i < whole.size(); ++i) whole[i] = static_cast<std::byte>(i % 251);
  const std::vector<Part> parts = split(whole);
  ASSERT_EQ(parts.size(), 3U);
  Assembler assembler(whole.size());
  for (const std::size_t i : {2U, 0U, 2U}) {
    const auto added = assembler.add(parts[i]);
    ASSERT_TRUE(added);
    EXPECT_FALSE(*added);
  }
  const auto done = assembler.add(parts[1]);
  ASSERT_TRUE(done);
  EXPECT_EQ(**done, whole);
}

TEST(PartsTest, AnEmptyThingIsOneEmptyPart) {
  const std::vector<Part> parts = split({});
  ASSERT_EQ(parts.size(), 1U);
  Assembler assembler(0);
  EXPECT_EQ(**assembler.add(parts[0]), Bytes{});
}

TEST(PartsTest, ForgetsAThingWhosePartsContradict) {
  const Bytes whole(kPartBytesMax + 1, std::byte{1});
  const std::vector<Part> parts = split(whole);
  Assembler assembler(whole.size());
  Part strange = parts[1];
  strange.bytes[0] = std::byte{2};
  ASSERT_TRUE(assembler.add(parts[0]));
  EXPECT_EQ(assembler.add(strange).error().detail, "parts do not match their digest");
  Part beyond = parts[0];
  beyond.index = 7;
  EXPECT_FALSE(assembler.add(beyond));
  Assembler small(kPartBytesMax);
  ASSERT_TRUE(small.add(parts[0]));
  EXPECT_EQ(small.add(parts[1]).error().detail, "parts exceed the limit");
}

TEST(RngTest, SameSeedSameChoicesWithinTheLimit) {
  Rng one(7);
  Rng other(7);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t value = one.below(10);
    EXPECT_EQ(value, other.below(10));
    EXPECT_LT(value, 10U);
  }
  EXPECT_EQ(one.below(0), 0U);
}

TEST(EdgesTest, FindsAPhaseThatNothingLeadsTo) {
  enum class Phase { A, B, C };
  constexpr Edge<Phase> kWhole[] = {{Phase::A, Phase::B}, {Phase::B, Phase::C}};
  constexpr Edge<Phase> kBroken[] = {{Phase::A, Phase::B}, {Phase::C, Phase::A}};
  static_assert(all_reachable<Phase, 3>(kWhole, Phase::A));
  static_assert(!all_reachable<Phase, 3>(kBroken, Phase::A));
  EXPECT_TRUE(allows<Phase>(kWhole, Phase::A, Phase::B));
  EXPECT_FALSE(allows<Phase>(kWhole, Phase::B, Phase::A));
}

}  // namespace
}  // namespace mainstay
