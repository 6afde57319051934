#include "agent/collect/packages/processes.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kMaps =
    "5581-5582 r--p 00000000 00:1a 11 /usr/sbin/nginx\n"
    "5582-5583 r-xp 00001000 00:1a 11 /usr/sbin/nginx\n"
    "7f01-7f02 r-xp 00001000 00:1a 12 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)\n"
    "7f02-7f03 r-xp 00001000 00:1a 13 /usr/lib/x86_64-linux-gnu/libcrypto.so.3 (deleted)\n"
    "7f03-7f04 r-xp 00001000 00:1a 14 /usr/lib/x86_64-linux-gnu/libc.so.6\n"
    "7f04-7f05 r--p 00000000 00:1a 15 /usr/lib/locale/locale-archive\n"
    "7ffe-7fff r-xp 00000000 00:00 0 [vdso]\n";
constexpr const char* kListens4711 =
    "  sl  local_address rem_address   st\n"
    "   0: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1 0\n";

/// Below a folder that has a /proc of its own, and directories for the roots of its processes.
class ProcessesTest : public testing::Test {
 protected:
  ProcessesTest() {
    fs::create_directories(root_ + "/host");
    fs::create_directories(root_ + "/container");
  }
  std::string folder(int pid) const { return root_ + "/proc/" + std::to_string(pid); }
  void add(int pid, const std::string& name, const std::string& its_root = "host",
           const std::string& net = "net:[1]") const {
    fs::create_directories(folder(pid) + "/net");
    fs::create_directories(folder(pid) + "/fd");
    fs::create_directories(folder(pid) + "/ns");
    fs::create_directory_symlink(root_ + "/" + its_root, folder(pid) + "/root");
    fs::create_symlink(net, folder(pid) + "/ns/net");
    fs::create_symlink("/dev/null", folder(pid) + "/fd/0");
    std::ofstream(folder(pid) + "/comm") << name << "\n";
    std::ofstream(folder(pid) + "/maps") << kMaps;
  }
  void hold(int pid, int inode) const {
    fs::create_symlink("socket:[" + std::to_string(inode) + "]", folder(pid) + "/fd/3");
  }
  ProcessUses look(const std::vector<pid_t>& old = {}) const {
    return look_at_processes({.proc = root_ + "/proc", .root = root_ + "/host"}, old);
  }

  TestFolder made_;
  std::string root_ = made_.path();
};

TEST_F(ProcessesTest, FindsWhoListensAndTheCodeItRuns) {
  add(12, "nginx");
  add(13, "cron");
  hold(12, 4711);
  hold(13, 4712);
  std::ofstream(folder(12) + "/net/tcp") << kListens4711;
  const ProcessUses uses = look();
  EXPECT_TRUE(uses.is_complete);
  ASSERT_EQ(uses.processes.size(), 1U);
  EXPECT_EQ(uses.processes[0].name, "nginx");
  EXPECT_TRUE(uses.processes[0].listens);
  EXPECT_THAT(
      uses.processes[0].files,
      ElementsAre("/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
                  "/usr/lib/x86_64-linux-gnu/libssl.so.3", "/usr/sbin/nginx"));
  EXPECT_THAT(uses.processes[0].replaced, ElementsAre("/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
                                                      "/usr/lib/x86_64-linux-gnu/libssl.so.3"));
}

TEST_F(ProcessesTest, LooksIntoEachNetworkOnceWhoeverHoldsTheSocket) {
  add(12, "first");
  add(13, "handed over", "host", "net:[2]");
  add(14, "second", "host", "net:[2]");
  hold(13, 4711);
  std::ofstream(folder(12) + "/net/udp6")
      << "head\n   0: 0:0035 0:0000 07 0:0 0:0 0 0 0 4711 1 0\n";
  std::ofstream(folder(14) + "/net/tcp") << kListens4711;  // the second of its network
  const ProcessUses uses = look();
  ASSERT_EQ(uses.processes.size(), 1U);
  EXPECT_EQ(uses.processes[0].name, "handed over");
}

TEST_F(ProcessesTest, AContainersProcessIsNotOfThisHost) {
  add(12, "nginx", "container");
  hold(12, 4711);
  std::ofstream(folder(12) + "/net/tcp") << kListens4711;
  const ProcessUses uses = look({12});
  EXPECT_THAT(uses.processes, IsEmpty());
  EXPECT_TRUE(uses.is_complete);
}

TEST_F(ProcessesTest, OneThatShutItselfIntoAFolderIsOfThisHost) {
  add(1, "init");
  add(12, "haproxy", "container");
  add(13, "sandboxed", "container");
  hold(12, 4711);
  hold(13, 4711);
  std::ofstream(folder(1) + "/net/tcp") << kListens4711;
  EXPECT_THAT(look().processes, IsEmpty());
  fs::create_symlink("mnt:[1]", folder(1) + "/ns/mnt");
  fs::create_symlink("mnt:[1]", folder(12) + "/ns/mnt");
  fs::create_symlink("mnt:[2]", folder(13) + "/ns/mnt");
  EXPECT_EQ(look().processes.size(), 1U);
  fs::create_symlink(root_ + "/host", folder(13) + "/exe");
  EXPECT_EQ(look().processes.size(), 2U);
}

TEST_F(ProcessesTest, WhoRunsReplacedFilesNeedNotListen) {
  add(12, "cron");
  const ProcessUses uses = look({12});
  ASSERT_EQ(uses.processes.size(), 1U);
  EXPECT_FALSE(uses.processes[0].listens);
  EXPECT_EQ(uses.processes[0].replaced.size(), 2U);
}

TEST_F(ProcessesTest, AProcessThatEndsMeanwhileIsNone) {
  add(12, "gone");
  hold(12, 4711);
  std::ofstream(folder(12) + "/net/tcp") << kListens4711;
  fs::remove(folder(12) + "/maps");
  add(13, "gone, too");
  fs::remove(folder(13) + "/root");
  const ProcessUses uses = look();
  EXPECT_THAT(uses.processes, IsEmpty());
  EXPECT_TRUE(uses.is_complete);
}

TEST_F(ProcessesTest, SaysThatItDidNotSeeAll) {
  EXPECT_FALSE(look_at_processes({.proc = root_ + "/nowhere", .root = "/"}, {}).is_complete);
}

TEST_F(ProcessesTest, SaysThatItDidNotReadAllMappings) {
  add(12, "many");
  const auto look_at_lines = [&](int count) {
    std::ofstream maps(folder(12) + "/maps");
    maps << kMaps;
    const auto own = std::ranges::count(std::string(kMaps), '\n');
    for (auto i = own; i < count; ++i) maps << "7f05-7f06 rw-p 00000000 00:00 0 \n";
    maps.close();
    return look({12});
  };
  EXPECT_TRUE(look_at_lines(65'530).is_complete);
  const ProcessUses uses = look_at_lines(65'531);
  EXPECT_FALSE(uses.is_complete);
  ASSERT_EQ(uses.processes.size(), 1U) << "what was read is told";
}

TEST_F(ProcessesTest, SaysThatItDidNotReadAllSockets) {
  add(12, "many");
  std::ofstream table(folder(12) + "/net/udp");
  for (int i = 0; i < 100'001; ++i) table << "   0: 0:0 0:0 01 0:0 0:0 0 0 0 5 1\n";
  table.close();
  EXPECT_FALSE(look().is_complete);
}

/// The real one: this very process, once it listens.
TEST(OwnProcessTest, IsSeenToListen) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(listener, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto is_seen = [] {
    const ProcessUses uses = look_at_processes({}, {});
    return std::ranges::any_of(uses.processes, [](const ProcessUse& use) {
      return use.listens && use.name == "a,odd \x1b name";
    });
  };
  ASSERT_EQ(::prctl(PR_SET_NAME, "a,odd \x1b name"), 0);
  EXPECT_FALSE(is_seen());
  ASSERT_EQ(::listen(listener, 1), 0);
  EXPECT_TRUE(is_seen());
  ::close(listener);
  EXPECT_FALSE(is_seen());
}

}  // namespace
}  // namespace mainstay::agent
