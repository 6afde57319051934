// What a look as root has given up, seen from within: each in a child process of its own.
#include "agent/collect/program/look_only.h"

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

constexpr int kCannot = 77;  // what this kernel or container refuses

/// The exit code of `claims` in a child: 0, or the number of the first that does not hold.
int in_child(const std::function<int()>& claims) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(claims());
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

bool can_write(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

/// "CapEff" and its like, of this process.
unsigned long long capabilities(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != name + ":") continue;
    status >> word;
    return std::stoull(word, nullptr, 16);
  }
  return ~0ULL;
}

bool has_no_new_privileges() {
  return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/// Runs the claims after look_only(), in a child.
int after_look_only(const std::string& writable, const std::function<int()>& claims) {
  return in_child([&] {
    const Status made = look_only(writable);
    if (made) return claims();
    std::fprintf(stderr, "look_only: %s\n", made.error().detail.c_str());
    return kCannot;
  });
}

class LookOnlyTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "SKIP: gives up what only root has";
    if (after_look_only(writable_, [] { return 0; }) == kCannot) {
      GTEST_SKIP() << "SKIP: no mounts of its own in this container";
    }
  }
  TestFolder folder_;
  std::string writable_ = folder_.path() + "/kept";
};

TEST_F(LookOnlyTest, WritesItsFolderAndNothingElse) {
  const int failed = after_look_only(writable_, [this] {
    if (!can_write(writable_ + "/a")) return 1;
    if (can_write(folder_.path() + "/b")) return 2;
    if (can_write("/etc/mainstay-look-only-test")) return 3;
    if (can_write("/dev/shm/mainstay-look-only-test")) return 4;  // a mount below
    return 0;
  });
  EXPECT_EQ(failed, 0) << "the claim of that number";
  EXPECT_TRUE(can_write(folder_.path() + "/c")) << "the others' mounts are as they were";
}

TEST_F(LookOnlyTest, WithoutAFolderNothingIsWritten) {
  const int failed =
      after_look_only("", [this] { return can_write(folder_.path() + "/b") ? 1 : 0; });
  EXPECT_EQ(failed, 0);
}

TEST_F(LookOnlyTest, CannotMountItselfBack) {
  const int failed = after_look_only(writable_, [this] {
    const auto flags = static_cast<unsigned long>(MS_REMOUNT | MS_BIND);
    if (::mount(nullptr, "/", nullptr, flags, nullptr) == 0) return 1;
    if (::mount("none", writable_.c_str(), "tmpfs", 0, nullptr) == 0) return 2;
    return 0;
  });
  EXPECT_EQ(failed, 0) << "the claim of that number";
}

TEST_F(LookOnlyTest, KeepsOnlyCapabilitiesToLookAndForItsChildrenToo) {
  const int failed = after_look_only(writable_, [] {
    const unsigned long long allowed = 1ULL << CAP_DAC_READ_SEARCH | 1ULL << CAP_SYS_PTRACE |
                                       1ULL << CAP_SETUID | 1ULL << CAP_SETGID | 1ULL << CAP_KILL;
    if ((capabilities("CapEff") & ~allowed) != 0) return 1;
    if ((capabilities("CapPrm") & ~allowed) != 0) return 2;
    if (!has_no_new_privileges()) return 3;
    // Root's next program would otherwise be given all of them again.
    ::execl("/bin/sh", "sh", "-c",
            "while read -r name value; do "
            "test \"$name\" = CapEff: && test $((0x$value & 0x200000)) != 0 && exit 4; "
            "done < /proc/self/status; exit 0",
            nullptr);
    return 5;
  });
  EXPECT_EQ(failed, 0) << "the claim of that number";
}

TEST(LookOnlyWithoutRootTest, ChangesNothingButThatPrivilegesCannotBeGained) {
  const TestFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
  const int failed = in_child([&] {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return 1;
    if (!look_only("/no/such/folder")) return 2;
    if (!can_write(folder.path() + "/a")) return 3;
    return has_no_new_privileges() ? 0 : 4;
  });
  EXPECT_EQ(failed, 0) << "the claim of that number";
}

}  // namespace
}  // namespace mainstay::agent
