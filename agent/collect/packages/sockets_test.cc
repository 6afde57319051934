#include "agent/collect/packages/sockets.h"

#include <sstream>

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using Inodes = std::set<std::uint64_t>;

constexpr const char* kHead =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n";

Inodes read(const std::string& lines, Protocol protocol) {
  std::istringstream table(kHead + lines);
  return listening_in(table, protocol).inodes;
}

std::string row(const std::string& state, const std::string& inode) {
  return "   0: 0100007F:1F90 00000000:0000 " + state +
         " 00000000:00000000 00:00000000 00000000     0        0 " + inode +
         " 1 0000000000000000 100 0 0 10 0\n";
}

TEST(SocketsTest, TakesWhatListens) {
  EXPECT_EQ(read(row("0A", "4711") + row("0A", "4712") + row("01", "4713"), Protocol::Tcp),
            (Inodes{4711, 4712}));
}

TEST(SocketsTest, TakesVersionSix) {
  EXPECT_EQ(read("   0: 00000000000000000000000000000000:0016 "
                 "00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 "
                 "    0        0 42 1 0000000000000000 100 0 0 10 0\n",
                 Protocol::Tcp),
            (Inodes{42}));
}

TEST(SocketsTest, OfUdpWhatIsNotConnected) {
  EXPECT_EQ(read(row("01", "1") + row("07", "2"), Protocol::Udp), (Inodes{2}));
  EXPECT_EQ(read(row("07", "2"), Protocol::Tcp), Inodes{}) << "07 is a closed one there";
}

TEST(SocketsTest, PassesOverWhatIsNone) {
  EXPECT_EQ(read("\n\x1b[2J 0A 0A 0A\n" + std::string(100'000, 'x') + "\n" + row("0A", "-7") +
                     row("0A", "99999999999999999999999") + row("0A", "7x") + row("0A", "0") +
                     row("0A", "5"),
                 Protocol::Tcp),
            (Inodes{5}));
}

TEST(SocketsTest, SaysThatATableIsLongerThanWhatIsRead) {
  const auto read_rows = [](int count, const std::string& state) {
    std::string lines = kHead;
    for (int i = 1; i < count; ++i) lines += "0: 0:0 0:0 " + state + " 0:0 0:0 0 0 0 4711\n";
    std::istringstream table(lines);
    return listening_in(table, state == "0A" ? Protocol::Tcp : Protocol::Udp);
  };
  EXPECT_TRUE(read_rows(100'000, "01").is_complete);
  EXPECT_FALSE(read_rows(100'001, "01").is_complete);
  EXPECT_FALSE(read_rows(100'001, "0A").is_complete);
  EXPECT_EQ(read_rows(100'001, "0A").inodes, (Inodes{4711})) << "what was read is told";
}

TEST(SocketsTest, ReadsTheTargetOfADescriptor) {
  EXPECT_EQ(socket_of("socket:[4711]"), 4711U);
  for (const char* other :
       {"", "socket:[]", "socket:[x]", "socket:[4711", "/tmp/socket:[4711]", "pipe:[4711]"}) {
    EXPECT_EQ(socket_of(other), 0U) << other;
  }
}

}  // namespace
}  // namespace mainstay::agent
