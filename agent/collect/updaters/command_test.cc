#include "agent/collect/updaters/command.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

TEST(ChangingCommandTest, FindsTheManagerHoweverItIsCalled) {
  const std::pair<const char*, const char*> cases[] = {
      {"0 4 * * * root apt-get -qq update && apt-get -y upgrade", "apt-get"},
      {"@daily /usr/bin/apt full-upgrade -y >/dev/null 2>&1", "apt"},
      {"5 4 * * 0 root sh -c \"DEBIAN_FRONTEND=noninteractive nice -n 19 apt-get -y dist-upgrade\"",
       "apt-get"},
      {"\tx=$(yum -y update)", "yum"},
      {"if true; then dnf upgrade-minimal --security -y; fi", "dnf"},
      {"rpm -Uvh http://example.org/x.rpm", "rpm"},
      {"dpkg -i /srv/x.deb", "dpkg"},
      {"zypper --non-interactive patch", "zypper"},
      {"unattended-upgrade -v", "unattended-upgrade"},
      {"*/30 * * * * root /opt/puppetlabs/bin/puppet agent --onetime", "puppet"},
      {"ansible-pull -U https://example.org/x.git", "ansible-pull"},
      {"echo begin; apt-get -y install nginx", "apt-get"},
      {"snap refresh", "snap"},
      {"dnf -d 1 -y upgrade", "dnf"},
  };
  for (const auto& [line, manager] : cases) {
    const auto found = changing_command(line);
    ASSERT_TRUE(found.has_value()) << line;
    EXPECT_EQ(*found, manager) << line;
  }
}

TEST(ChangingCommandTest, AskingFetchingPretendingAndTalkingChangeNothing) {
  for (const char* line :
       {"",
        "   ",
        "# apt-get -y upgrade",
        "0 4 * * * root apt-get update # then upgrade",
        "apt list --upgradable | mail root",
        "apt-get -s upgrade",
        "apt-get --dry-run dist-upgrade",
        "apt-get -y -d upgrade",
        "echo apt-get upgrade",
        "dpkg --get-selections > /var/backups/x",
        "dnf check-update",
        "dnf updateinfo list",
        "rpm -qa",
        "rpm -Va",
        "snap list",
        "unattended-upgrade --dry-run",
        "puppet agent --noop",
        "cp -a /etc/apt /var/backups/upgrade",
        "test -x /usr/lib/apt/apt.systemd.daily && /usr/lib/apt/apt.systemd.daily",
        "upgrade",
        "apt",
        "apt-get"}) {
    EXPECT_FALSE(changing_command(line).has_value()) << line;
  }
}

TEST(ChangingCommandTest, TellsTheFirstLineAndReadsNoneWithoutEnd) {
  const auto found = first_changing_line("#!/bin/sh\n\napt-get update\napt-get -y upgrade\n");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->number, 4U);
  EXPECT_FALSE(first_changing_line(std::string(1'000'000, 'a') + " apt upgrade").has_value());
  EXPECT_FALSE(first_changing_line(std::string("\0\xff\x1b[2J", 6)).has_value());
}

}  // namespace
}  // namespace mainstay::agent
