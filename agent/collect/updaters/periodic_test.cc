#include "agent/collect/updaters/periodic.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

Result<bool> upgrades(const std::string& lines) {
  return upgrades_unattended("APT \"\";\nDir \"/\";\n" + lines);
}

TEST(PeriodicTest, UnattendedUpgradesNeedTheirIntervalAndTheSwitch) {
  EXPECT_FALSE(*upgrades(""));
  EXPECT_TRUE(*upgrades("APT::Periodic \"\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n"));
  EXPECT_TRUE(*upgrades("APT::Periodic::Unattended-Upgrade \"always\";\n"));
  EXPECT_TRUE(*upgrades("apt::periodic::unattended-upgrade \"7d\";\n")) << "case is nothing to apt";
  EXPECT_FALSE(*upgrades("APT::Periodic::Unattended-Upgrade \"0\";\n"));
  EXPECT_FALSE(*upgrades("APT::Periodic::Unattended-Upgrade \"\";\n"));
  EXPECT_FALSE(*upgrades("APT::Periodic::Download-Upgradeable-Packages \"1\";\n"));
  EXPECT_FALSE(
      *upgrades("APT::Periodic::Enable \"0\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n"));
}

TEST(PeriodicTest, WhatIsNoDumpProvesNothing) {
  EXPECT_FALSE(upgrades_unattended("").has_value());
  EXPECT_FALSE(upgrades_unattended("E: cannot\n").has_value());
  EXPECT_FALSE(upgrades("APT::Periodic::Unattended-Upgrade 1\n").has_value());
  EXPECT_FALSE(upgrades("APT::Periodic::Unattended-Upgrade\n").has_value());
}

TEST(PeriodicTest, DnfInstallsOnlyWhereItIsTold) {
  EXPECT_TRUE(applies_updates("[commands]\nupgrade_type = default\napply_updates = yes\n"));
  EXPECT_TRUE(applies_updates("apply_updates=True"));
  EXPECT_FALSE(applies_updates("[commands]\n# apply_updates = yes\napply_updates = no\n"));
  EXPECT_FALSE(applies_updates("download_updates = yes\n"));
  EXPECT_FALSE(applies_updates(""));
}

}  // namespace
}  // namespace mainstay::agent
