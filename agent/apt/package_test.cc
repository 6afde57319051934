#include "agent/apt/package.h"

#include <gtest/gtest.h>

namespace mainstay::apt {
namespace {

TEST(PackageTest, ReadsWhatItWrites) {
  for (const std::string text :
       {"webd:amd64=2.1-1+deb12u1", "tzfiles:all=1:2025b-0~rc1", "libstdc++6:i386=12"}) {
    const auto package = parse_package(text, VersionPart::Required);
    ASSERT_TRUE(package.has_value()) << text;
    EXPECT_EQ(to_text(*package), text);
  }
}

TEST(PackageTest, RefusesWhatDpkgWouldNotName) {
  for (const std::string text :
       {"", "webd", "webd=1", "webd:amd64", "webd:amd64=", "Webd:amd64=1", "-o:amd64=1",
        "webd:am d64=1", "webd:amd64=x1", "webd:amd64=1/2", "webd:amd64=1;rm", "w:amd64=1"}) {
    EXPECT_FALSE(parse_package(text, VersionPart::Required).has_value()) << text;
  }
  EXPECT_FALSE(parse_package(std::string(kNameMax + 1, 'a') + ":amd64=1", VersionPart::Required)
                   .has_value());
}

TEST(PackageTest, ReadsANameAloneOnlyWhereTheVersionIsOptional) {
  EXPECT_TRUE(parse_package("webd:amd64", VersionPart::Optional).has_value());
  EXPECT_FALSE(parse_package("webd:amd64=", VersionPart::Optional).has_value());
}

TEST(PackageTest, RefusesASetThatNamesAPackageTwice) {
  EXPECT_EQ(parse_set(" a1:all=1\n b2:all=2\n", VersionPart::Required)->size(), 2U);
  EXPECT_FALSE(parse_set("a1:all=1 a1:all=2", VersionPart::Required).has_value());
}

TEST(PackageTest, BoundsTheSet) {
  std::string text;
  for (std::size_t i = 0; i <= kSetMax; ++i) text += "p" + std::to_string(i) + ":all=1\n";
  EXPECT_FALSE(parse_set(text, VersionPart::Required).has_value());
}

}  // namespace
}  // namespace mainstay::apt
