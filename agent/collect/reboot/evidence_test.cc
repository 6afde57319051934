#include "agent/collect/reboot/evidence.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class EvidenceTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(root_ + "/" + path).parent_path());
    std::ofstream(root_ + "/" + path) << text;
  }
  HostPlaces places() const {
    return {.root = root_,
            .proc = root_ + "/proc",
            .livepatch = root_ + "/sys/kernel/livepatch",
            .release = "6.1.0-40-amd64"};
  }

  TestFolder made_;
  std::string root_ = made_.path();
};

constexpr const char* kOld =
    "7f01-7f02 r-xp 00001000 00:1a 4711 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)\n";
constexpr const char* kNew = "7f01-7f02 r-xp 00001000 00:1a 4711 /usr/lib/libc.so.6\n";

TEST_F(EvidenceTest, GathersEachVoiceApart) {
  write("proc/1/maps", kNew);
  write("proc/12/maps", kOld);
  write("proc/12/comm", "sshd\n");
  write("proc/12/cgroup", "0::/system.slice/ssh.service\n");
  write("boot/vmlinuz-6.1.0-41-amd64", "");
  write("run/reboot-required", "*** System restart required ***\n");
  write("run/reboot-required.pkgs", "linux-image-6.1.0-41-amd64\ndbus\n");
  write("sys/kernel/livepatch/klp_1/enabled", "1\n");
  write("sys/kernel/livepatch/klp_2/enabled", "0\n");
  write("var/lib/dpkg/info/libssl3:amd64.list",
        "/.\n/usr\n/usr/lib/x86_64-linux-gnu/libssl.so.3\n");
  write("var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib/x86_64-linux-gnu/libc.so.6\n");
  const RebootEvidence evidence = gather_evidence(places());
  EXPECT_TRUE(evidence.sees_all);
  EXPECT_EQ(evidence.kernel_reason, "kernel 6.1.0-40-amd64 runs, 6.1.0-41-amd64 is installed");
  ASSERT_EQ(evidence.old.size(), 1U);
  EXPECT_EQ(evidence.old[0].unit, "ssh.service");
  EXPECT_EQ(evidence.packages.at("/usr/lib/x86_64-linux-gnu/libssl.so.3"), "libssl3");
  EXPECT_EQ(evidence.mark, "/run/reboot-required");
  EXPECT_THAT(evidence.mark_packages, ElementsAre("linux-image-6.1.0-41-amd64", "dbus"));
  EXPECT_THAT(evidence.livepatches, ElementsAre("klp_1"));
}

TEST_F(EvidenceTest, WhereTheFirstProcessIsHiddenNotAllIsSeen) {
  write("proc/12/maps", kNew);
  EXPECT_FALSE(gather_evidence(places()).sees_all);
  write("proc/1/maps", "");
  EXPECT_FALSE(gather_evidence(places()).sees_all);
}

/// For real: code of a system folder, mapped, and replaced as a package manager does it.
TEST_F(EvidenceTest, AProcessOnAReplacedLibraryIsFoundOnThisMachine) {
  const std::string file = "/usr/local/lib/mainstay-test-" + std::to_string(::getpid()) + ".so";
  std::ofstream made(file);
  if (!made.is_open()) GTEST_SKIP() << "needs root";
  made << std::string(4096, 'x');
  made.close();
  std::FILE* opened = std::fopen(file.c_str(), "r");
  ASSERT_NE(opened, nullptr);
  void* mapped = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, ::fileno(opened), 0);
  std::ofstream(file + ".new") << "y";
  const auto is_found = [&] {
    const RebootEvidence evidence = gather_evidence({.root = root_, .release = "6.1.0-40-amd64"});
    return std::ranges::any_of(evidence.old, [&](const restart::OldCode& code) {
      return code.pid == ::getpid() && code.file == file;
    });
  };
  const bool before = is_found();
  fs::rename(file + ".new", file);
  const bool after = is_found();
  ::munmap(mapped, 4096);
  std::fclose(opened);
  fs::remove(file);
  EXPECT_FALSE(before);
  EXPECT_TRUE(after);
}

}  // namespace
}  // namespace mainstay::agent
