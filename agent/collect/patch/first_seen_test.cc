#include "agent/collect/patch/first_seen.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

constexpr WallTime at(std::int64_t seconds) {
  return wall_from_ms(seconds * 1000);
}

TEST(FirstSeenTest, RemembersAcrossLooksAndForgetsWhatWasInstalled) {
  FirstSeen first;
  EXPECT_EQ(first.seen("nginx:amd64", "1.0-1", at(100)), at(100));
  EXPECT_EQ(first.seen("curl:amd64", "7.0-1", at(100)), at(100));
  auto second = FirstSeen::parse(first.text());
  ASSERT_TRUE(second.has_value()) << second.error().detail;
  second->start();
  EXPECT_EQ(second->seen("nginx:amd64", "1.0-1", at(900)), at(100));
  second->finish();
  EXPECT_EQ(second->size(), 1U);
  EXPECT_EQ(second->seen("curl:amd64", "7.0-1", at(900)), at(900));
}

TEST(FirstSeenTest, AnotherInstalledVersionIsAnotherHole) {
  FirstSeen seen;
  EXPECT_EQ(seen.seen("nginx:amd64", "1.0-1", at(100)), at(100));
  EXPECT_EQ(seen.seen("nginx:amd64", "1.0-2", at(200)), at(200));
}

TEST(FirstSeenTest, AClockThatWasAheadIsNotBelieved) {
  FirstSeen seen;
  EXPECT_EQ(seen.seen("nginx:amd64", "1.0-1", at(9000)), at(9000));
  EXPECT_EQ(seen.seen("nginx:amd64", "1.0-1", at(100)), at(100));
  EXPECT_EQ(seen.seen("nginx:amd64", "1.0-1", at(200)), at(100));
}

TEST(FirstSeenTest, KeepsNoMoreThanItsLimit) {
  FirstSeen seen;
  for (std::size_t i = 0; i < kFirstSeenMax; ++i) {
    ASSERT_TRUE(seen.seen("p" + std::to_string(i), "1", at(1)).has_value());
  }
  EXPECT_FALSE(seen.seen("one-more", "1", at(1)).has_value());
  EXPECT_TRUE(seen.seen("p0", "1", at(2)).has_value());
  EXPECT_TRUE(FirstSeen::parse(seen.text()).has_value());
}

TEST(FirstSeenTest, NamesThatWouldBreakALineAreNotKept) {
  FirstSeen seen;
  for (const char* name : {"", "a b", "a\nb 1 1", "\x1b[2J", "\xff"}) {
    EXPECT_FALSE(seen.seen(name, "1", at(1)).has_value());
  }
  EXPECT_EQ(seen.size(), 0U);
}

TEST(FirstSeenTest, ADamagedFileIsRefusedWhole) {
  const std::string header = "mainstay first seen 1\n";
  EXPECT_TRUE(FirstSeen::parse(header).has_value());
  EXPECT_TRUE(FirstSeen::parse(header + "a 1 5\n").has_value());
  for (const std::string line :
       {"a 1 5", "a 5\n", "a 1 x\n", "a 1 0\n", "a 1 -5\n", "a 1 5\na 1 6\n", "a 1 2 5\n", "\n",
        " 1 5\n", "a  5\n", "a\x01 1 5\n", "a 1 99999999999999999999\n"}) {
    EXPECT_FALSE(FirstSeen::parse(header + line).has_value()) << line;
  }
  EXPECT_FALSE(FirstSeen::parse("").has_value());
  EXPECT_FALSE(FirstSeen::parse("mainstay first seen 2\n").has_value());
  EXPECT_FALSE(FirstSeen::parse(header + std::string(kFirstSeenBytesMax, 'a')).has_value());
}

}  // namespace
}  // namespace mainstay::agent
