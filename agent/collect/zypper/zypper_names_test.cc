#include "agent/collect/zypper/zypper_names.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;

std::string recorded_names(const std::string& name) {
  std::ifstream file(std::string(MAINSTAY_SOURCE_DIR) + "/agent/collect/zypper/recorded_" + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(ZypperNamesTest, TakesEnabledRepositoriesOnly) {
  const auto names = read_zypper_repositories(recorded_names("repos.xml"));
  ASSERT_TRUE(names.has_value()) << names.error().detail;
  EXPECT_THAT(*names, ElementsAre("plain", "updates"));
}

TEST(ZypperNamesTest, TakesInstalledPackagesUnderALockOnce) {
  std::string text = recorded_names("locks.xml");
  for (int round = 0; round < 2; ++round) {
    const auto names = read_zypper_locked(text);
    ASSERT_TRUE(names.has_value()) << names.error().detail;
    EXPECT_THAT(*names, ElementsAre("nginx", "openssl-libs"));
    text.insert(text.find("<lock "),
                "<match kind=\"package\" name=\"nginx\" installed=\"true\"></match>"
                "<match kind=\"package\" name=\"vim\" installed=\"false\"></match>"
                "<match kind=\"patch\" name=\"x\" installed=\"true\"></match>");
  }
}

TEST(ZypperNamesTest, TakesPatchesThatWereFoundOrNone) {
  const auto names = read_zypper_found(recorded_names("search.xml"));
  ASSERT_TRUE(names.has_value()) << names.error().detail;
  EXPECT_THAT(*names, ElementsAre("RHBA-2026:1003", "RHSA-2026:1001", "RHSA-2026:1002"));
  const auto nothing = read_zypper_found(recorded_names("search-nothing.xml"));
  ASSERT_TRUE(nothing.has_value()) << nothing.error().detail;
  EXPECT_TRUE(nothing->empty());
}

TEST(ZypperNamesTest, WhatWasCutOrIsOfOthersIsRefused) {
  const std::string whole = recorded_names("repos.xml");
  for (std::size_t size = 0; size + 2 < whole.size(); size += 3) {
    EXPECT_FALSE(read_zypper_repositories(whole.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(read_zypper_repositories("<html/>").has_value());
  for (const std::string& alias : {std::string(), std::string(300, 'x')}) {
    EXPECT_FALSE(
        read_zypper_repositories("<stream><repo enabled=\"1\" alias=\"" + alias + "\"/></stream>"));
  }
}

}  // namespace
}  // namespace mainstay::agent
