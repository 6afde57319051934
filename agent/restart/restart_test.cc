#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/restart/command.h"
#include "agent/restart/need.h"
#include "common/ports/test_folder.h"

namespace mainstay::restart {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RestartTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ + "/" + path).substr(0, (root_ + "/" + path).rfind('/')));
    std::ofstream(root_ + "/" + path) << text;
  }
  void process(const std::string& pid, const std::string& maps, const std::string& cgroup,
               const std::string& name = "sshd") const {
    write("proc/" + pid + "/maps", maps);
    write("proc/" + pid + "/cgroup", cgroup);
    write("proc/" + pid + "/comm", name + "\n");
  }
  std::vector<OldCode> found() const { return find_old_code(root_ + "/proc").old; }

  TestFolder made_;
  std::string root_ = made_.path();
};

constexpr const char* kOld =
    "7f01-7f02 r-xp 00001000 00:1a 4711 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)";
constexpr const char* kSsh = "0::/system.slice/ssh.service\n";

TEST(ReplacedFile, IsCodeOfTheSystemThatTheKernelCallsDeleted) {
  EXPECT_EQ(replaced_file(kOld), "/usr/lib/x86_64-linux-gnu/libssl.so.3");
  EXPECT_EQ(replaced_file("7f01-7f02 r-xp 0 00:1a 4711 /usr/lib/libssl.so.3"), "");
  EXPECT_EQ(replaced_file("7f01-7f02 r--p 0 00:1a 4711 /usr/lib/locale/x (deleted)"), "");
  EXPECT_EQ(replaced_file("7f01-7f02 rwxs 0 00:01 4711 /memfd:jit (deleted)"), "");
  EXPECT_EQ(replaced_file("7f01-7f02 r-xp 0 00:01 4711 /tmp/.build.so (deleted)"), "");
  EXPECT_EQ(replaced_file("7f01-7f02 r-xp 0 00:01 4711 /SYSV00000000 (deleted)"), "");
  EXPECT_EQ(replaced_file("7f01 /usr/lib/x (deleted)"), "") << "no permissions";
  EXPECT_EQ(replaced_file(" (deleted)"), "");
  EXPECT_EQ(replaced_file(""), "");
}

TEST(UnitOf, IsTheServiceInEitherVersionOfControlGroups) {
  EXPECT_EQ(unit_of(kSsh), "ssh.service");
  EXPECT_EQ(unit_of("8:pids:/other\n1:name=systemd:/system.slice/ssh.service\n"), "ssh.service");
  EXPECT_EQ(unit_of("0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n"),
            "postgresql@15-main.service");
  EXPECT_EQ(unit_of("0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\n"), "");
  EXPECT_EQ(unit_of("0::/system.slice/run-1.scope\n"), "");
  // Of containers, whose names are theirs to choose.
  EXPECT_EQ(unit_of("0::/lxc.payload.c1/system.slice/ssh.service\n"), "");
  EXPECT_EQ(unit_of("0::/system.slice/docker-1.scope/system.slice/cron.service\n"), "");
  EXPECT_EQ(unit_of("0::/machine.slice/systemd-nspawn@x.service/payload/a.service\n"), "");
  EXPECT_EQ(unit_of("0::/system.slice/*.service\n"), "");
  EXPECT_EQ(unit_of("0::/system.slice/a\x1b[2J.service\n"), "");
  EXPECT_EQ(unit_of("8:pids:/system.slice/liar.service\n"), "");
  EXPECT_EQ(unit_of(""), "");
}

TEST_F(RestartTest, FindsWhoRunsReplacedFilesAndPrintsNoNameRaw) {
  process("12", std::string("7f00-7f01 r-xp 0 00:1a 1 /usr/lib/libc.so.6\n") + kOld + "\n", kSsh,
          "ss\x1b[2J");
  process("13", "7f00-7f01 r-xp 0 00:1a 1 /usr/lib/libc.so.6\n", kSsh);
  process("1", kOld, "0::/init.scope\n", "systemd");
  write("proc/self/maps", kOld);
  const auto old = found();
  ASSERT_EQ(old.size(), 2U);
  EXPECT_EQ(old[0].unit, "init");
  EXPECT_EQ(old[1].pid, 12);
  EXPECT_EQ(old[1].process, "ss?[2J");
  EXPECT_EQ(old[1].unit, "ssh.service");
}

TEST_F(RestartTest, RestartsServicesButNotWhatSessionsHangOnNorItself) {
  process("12", kOld, kSsh);
  process("13", kOld, kSsh);
  process("14", kOld, "0::/system.slice/docker.service\n");
  process("15", kOld, "0::/system.slice/dbus.service\n");
  process("16", kOld, "0::/system.slice/system-getty.slice/getty@tty1.service\n");
  process("17", kOld, "0::/user.slice/user-0.slice/session-1.scope\n");
  process("18", kOld, "0::/system.slice/mainstay-exec.service\n");
  process("19", kOld, "0::/mainstay.slice/mainstay-tasks.slice/mainstay-task-1.service\n");
  const Restarts needed = restarts_needed(found(), {"docker"});
  ASSERT_EQ(needed.size(), 1U);
  EXPECT_EQ(needed.begin()->first, "ssh.service");
  EXPECT_EQ(needed.begin()->second.pid, 12);
  EXPECT_EQ(restarts_needed(found(), {}).size(), 2U);
}

TEST_F(RestartTest, SaysWhyARebootIsNeeded) {
  const Places places = {.root = root_, .proc = {}, .release = "6.1.0-40-amd64"};
  write("boot/vmlinuz-6.1.0-40-amd64", "");
  write("boot/vmlinuz-6.1.0-9-amd64", "");
  process("12", kOld, kSsh);
  write("boot/vmlinuz-6.1.0-99-rt-amd64", "");  // another flavour
  EXPECT_THAT(reboot_reasons(places, found()), IsEmpty());
  process("15", kOld, "0::/system.slice/dbus.service\n", "dbus-daemon");
  EXPECT_THAT(reboot_reasons(places, found()),
              ElementsAre(HasSubstr("dbus.service: dbus-daemon runs replaced")));
  write("boot/vmlinuz-6.1.0-41-amd64", "");
  write("run/reboot-required", "");
  EXPECT_THAT(reboot_reasons(places, {}),
              ElementsAre("/run/reboot-required is there",
                          "kernel 6.1.0-40-amd64 runs, 6.1.0-41-amd64 is installed"));
}

TEST_F(RestartTest, SaysThatItCouldNotLookEverywhere) {
  EXPECT_FALSE(find_old_code(root_ + "/nowhere").complete);
  process("12", kOld, kSsh);
  EXPECT_TRUE(find_old_code(root_ + "/proc").complete);
  if (::geteuid() == 0) return;  // root may read whatever it likes
  fs::permissions(root_ + "/proc/12/maps", fs::perms::none);
  EXPECT_FALSE(find_old_code(root_ + "/proc").complete);
}

TEST(RunCommand, GivesTheExitAndNothingOfTheEnvironment) {
  ::setenv("MAINSTAY_SECRET", "x", 1);
  EXPECT_EQ(run_command({"/bin/sh", "-c", "test -z \"$MAINSTAY_SECRET\" && exit 3"}), 3);
  EXPECT_EQ(run_command({"/bin/sh", "-c", "kill -TERM $$"}), 128 + 15);
  EXPECT_EQ(run_command({"/nonexistent"}), 127);
  EXPECT_EQ(first_line_of({"/bin/echo", "degraded\nmore"}), "degraded");
  EXPECT_EQ(first_line_of({"/bin/true"}), "");
  EXPECT_EQ(first_line_of({"/nonexistent"}), "");
}

}  // namespace
}  // namespace mainstay::restart
