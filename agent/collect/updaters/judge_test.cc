#include "agent/collect/updaters/judge.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOn = "Dir \"/\";\nAPT::Periodic::Unattended-Upgrade \"1\";\n";

class UpdatersTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text = "") const {
    fs::create_directories(fs::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  void link(const std::string& target, const std::string& path) const {
    fs::create_directories(fs::path(root_ + path).parent_path());
    fs::create_symlink(target, root_ + path);
  }
  void enable(const std::string& unit) const {
    link("/usr/lib/systemd/system/" + unit, "/etc/systemd/system/multi-user.target.wants/" + unit);
  }
  void run_program(const std::string& path, const std::string& text) const {
    write(path, text);
    fs::permissions(root_ + path, fs::perms::owner_all);
  }
  SourceReport judged(const std::string& apt_config = kOn) const {
    SourceReport report;
    judge_updaters(root_, apt_config, report);
    return report;
  }
  /// "refuted puppet: configuration manager; puppet.service", of the only finding.
  std::string only(const std::string& apt_config = kOn) const {
    const SourceReport report = judged(apt_config);
    if (report.findings.size() != 1) return std::to_string(report.findings.size()) + " findings";
    const Finding& finding = report.findings[0];
    EXPECT_EQ(finding.topic, Topic::Updaters);
    return std::string(name_of(finding.judgement)) + " " + finding.subject + ": " + finding.text;
  }
  static std::int64_t count(const SourceReport& report) {
    return report.facts.empty() ? -1 : report.facts[0].value;
  }

  TestFolder made_;
  std::string root_ = made_.path();
};

TEST_F(UpdatersTest, NobodyFoundIsSaid) {
  EXPECT_EQ(only(), "proved updaters: none other found; read 0 tables and scripts of cron");
  EXPECT_EQ(count(judged()), 0);
}

TEST_F(UpdatersTest, UnattendedUpgradesNeedSettingAndTimer) {
  write("/usr/bin/unattended-upgrade");
  write("/run/systemd/system/x");
  EXPECT_EQ(judged("Dir \"/\";\n").findings[0].text, "installed, but switched off");
  EXPECT_EQ(judged().findings[0].text, "installed, but nothing starts it");
  link("/usr/lib/systemd/system/apt-daily-upgrade.timer",
       "/etc/systemd/system/timers.target.wants/apt-daily-upgrade.timer");
  EXPECT_EQ(only(),
            "refuted unattended-upgrades: installs updates each day by "
            "apt-daily-upgrade.timer");
  EXPECT_EQ(count(judged()), 1);
  EXPECT_EQ(judged("").findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(count(judged("")), -1) << "what is not known is not counted";
  link("/dev/null", "/etc/systemd/system/apt-daily-upgrade.timer");
  EXPECT_EQ(judged().findings[0].judgement, Judgement::Proved) << "masked";
}

TEST_F(UpdatersTest, WithoutSystemdCronStartsThem) {
  write("/usr/bin/unattended-upgrade");
  write("/etc/cron.daily/apt-compat");
  EXPECT_EQ(judged().findings[0].judgement, Judgement::Proved) << "no cron";
  write("/usr/sbin/cron");
  EXPECT_EQ(only(),
            "refuted unattended-upgrades: installs updates each day by "
            "/etc/cron.daily/apt-compat");
}

TEST_F(UpdatersTest, DnfAutomaticByItsSettings) {
  enable("dnf-automatic.timer");
  write("/etc/dnf/automatic.conf", "apply_updates = no\n");
  EXPECT_EQ(judged().findings[0].text, "is on, but only tells of updates");
  write("/etc/dnf/automatic.conf", "apply_updates = yes\n");
  EXPECT_EQ(only(), "refuted dnf-automatic: installs updates by itself");
  write("/etc/dnf/automatic.conf", "apply_updates = no\n");
  enable("dnf-automatic-install.timer");
  EXPECT_EQ(only(), "refuted dnf-automatic: installs updates by dnf-automatic-install.timer");
}

TEST_F(UpdatersTest, ManagersCountWhereTheyAreEnabledOrRun) {
  write("/usr/lib/systemd/system/puppet.service");
  EXPECT_EQ(count(judged()), 0) << "installed is not enabled";
  enable("puppet.service");
  EXPECT_EQ(only(), "refuted puppet: configuration manager; puppet.service");
  write("/sys/fs/cgroup/system.slice/salt-minion.service/cgroup.procs", "1\n");
  write("/etc/rc3.d/S01chef-client");
  EXPECT_EQ(count(judged()), 3);
}

TEST_F(UpdatersTest, SnapdCountsWithSnaps) {
  enable("snapd.socket");
  EXPECT_EQ(judged().findings[0].text, "runs, but has no snaps");
  write("/var/lib/snapd/snaps/core_1.snap");
  EXPECT_EQ(only(), "refuted snapd: refreshes its snaps by itself");
}

TEST_F(UpdatersTest, PackagekitIsNotProvedAndAPreparedUpdateRefuted) {
  write("/usr/libexec/packagekitd");
  EXPECT_EQ(judged().findings[0].judgement, Judgement::NotProved);
  link("/var/lib/PackageKit", "/system-update");
  EXPECT_EQ(only(), "refuted offline update: is prepared, and installed at the next boot");
}

TEST_F(UpdatersTest, TablesAndScriptsOfCronAreNamedByFileAndLine) {
  write("/etc/debian_version", "12\n");
  write("/etc/cron.d/patch", "# weekly\n0 4 * * 0 root PASSWORD=secret apt-get -y upgrade\n");
  EXPECT_EQ(count(judged()), 0) << "without cron nothing reads it";
  write("/usr/sbin/cron");
  EXPECT_EQ(only(), "refuted /etc/cron.d/patch: line 2 calls apt-get");
  write("/etc/cron.d/patch.dpkg-old", "0 4 * * 0 root yum -y update\n");
  write("/etc/cron.daily/not-executable", "yum -y update\n");
  run_program("/etc/cron.daily/late.sh", "yum -y update\n");
  EXPECT_EQ(count(judged()), 1) << "cron passes over these";
  run_program("/etc/cron.daily/late", "#!/bin/sh\nyum -y update\n");
  write("/var/spool/cron/crontabs/ana", "@daily /usr/bin/pkcon update\n");
  write("/etc/crontab", "0 4 * * * root dnf check-update\n");
  EXPECT_EQ(count(judged()), 3);
}

TEST_F(UpdatersTest, AnAdministratorsTimerCounts) {
  write("/etc/systemd/system/nightly.service", "[Service]\nExecStart=/usr/bin/dnf -y upgrade\n");
  EXPECT_EQ(count(judged()), 0);
  link("/etc/systemd/system/nightly.timer",
       "/etc/systemd/system/timers.target.wants/nightly.timer");
  EXPECT_EQ(only(), "refuted /etc/systemd/system/nightly.service: line 2 calls dnf");
}

TEST_F(UpdatersTest, WhatIsNoFileOrTooLongIsNotProved) {
  write("/usr/sbin/cron");
  write("/etc/cron.d/huge", std::string(300'000, 'a'));
  fs::create_directories(root_ + "/etc/cron.d/folder");
  EXPECT_EQ(only(), "not proved /etc/cron.d/huge: is not to be read, or too long");
  EXPECT_EQ(count(judged()), -1);
}

TEST_F(UpdatersTest, UsersTablesThatMayNotBeReadAreNotProved) {
  write("/usr/sbin/cron");
  fs::create_directories(root_ + "/var/spool/cron/crontabs");
  fs::permissions(root_ + "/var/spool/cron/crontabs", fs::perms::none);
  // Root reads everything: nobody looks in its place, and may pass the folders above.
  fs::permissions(root_, fs::perms(0755));
  constexpr uid_t kNobody = 65534;
  const bool is_root = ::geteuid() == 0;
  ASSERT_EQ(is_root ? ::seteuid(kNobody) : 0, 0);
  const std::string found = only();
  ASSERT_EQ(is_root ? ::seteuid(0) : 0, 0);
  EXPECT_EQ(found, "not proved /var/spool/cron/crontabs: needs root");
  fs::permissions(root_ + "/var/spool/cron/crontabs", fs::perms::owner_all);
}

}  // namespace
}  // namespace mainstay::agent
