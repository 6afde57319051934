#include "agent/collect/resource/disks/mount_table.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

class MountTableTest : public testing::Test {
 protected:
  std::vector<Mount> read(const std::string& mountinfo, const std::string& fstab) const {
    std::ofstream(folder_ + "/mountinfo") << mountinfo;
    std::ofstream(folder_ + "/fstab") << fstab;
    auto mounts = read_mounts(folder_ + "/mountinfo", folder_ + "/fstab");
    EXPECT_TRUE(mounts.has_value());
    return mounts.has_value() ? *mounts : std::vector<Mount>();
  }
  static std::vector<std::string> paths_of(const std::vector<Mount>& mounts) {
    std::vector<std::string> paths;
    for (const Mount& mount : mounts) paths.push_back(mount.path);
    return paths;
  }

  const TestFolder own_;
  const std::string folder_ = own_.path();
};

TEST_F(MountTableTest, TakesWhatCanRunFull) {
  const auto mounts = read(
      "22 27 0:21 / /proc rw - proc proc rw\n"
      "23 27 0:22 / /sys rw - sysfs sysfs rw\n"
      "24 27 0:6 / /dev rw - devtmpfs devtmpfs rw\n"
      "25 23 0:7 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
      "28 27 254:0 /home /srv/bind rw - ext4 /dev/vda rw\n"
      "29 27 254:1 / /data\\040one rw - xfs /dev/vdb rw\n"
      "30 27 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro\n"
      "31 27 7:1 / /mnt/image rw - ext4 /dev/loop1 rw\n"
      "32 27 0:50 / /mnt/nfs rw - nfs4 server:/export rw\n"
      "33 27 0:51 / /tmp rw - tmpfs tmpfs rw,size=1024k\n"
      "34 27 0:52 / /run/credentials/x ro - tmpfs tmpfs ro\n"
      "35 27 0:53 / /merged rw - overlay overlay rw\n"
      "36 27 0:54 / /auto rw - autofs systemd-1 rw\n"
      "37 27 0:55 / /srv/there rw - fuse.sshfs x@there: rw\n"
      "38 27 0:56 / /odd rw - newfs something rw\n",
      "");
  EXPECT_THAT(paths_of(mounts),
              testing::ElementsAre("/", "/data one", "/mnt/nfs", "/tmp", "/srv/there", "/odd"));
  ASSERT_EQ(mounts.size(), 6U);
  EXPECT_EQ(mounts[0].kind, MountKind::Disk);
  EXPECT_EQ(mounts[2].kind, MountKind::Network);
  EXPECT_EQ(mounts[3].kind, MountKind::Memory);
  EXPECT_EQ(mounts[4].kind, MountKind::Network);
  EXPECT_EQ(mounts[5].kind, MountKind::Network);
}

TEST_F(MountTableTest, SeesTheUppermostOfAPath) {
  const auto mounts = read(
      "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
      "29 27 254:1 / /data rw - xfs /dev/vdb rw\n"
      "30 27 0:50 / /data rw - nfs server:/export rw\n"
      "31 27 254:1 / /old rw - xfs /dev/vdb rw\n",
      "");
  EXPECT_THAT(paths_of(mounts), testing::ElementsAre("/", "/data", "/old"));
  EXPECT_EQ(mounts[1].type, "nfs");
}

constexpr const char* kFarMounts =
    "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
    "28 27 0:40 / /vm rw - virtiofs share rw\n"
    "29 27 0:41 / /plain rw - fuse plain rw\n"
    "30 27 0:42 / /box rw - vboxsf box rw\n"
    "31 27 0:43 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw\n"
    "32 27 0:44 / /sys/fs/fuse/connections rw - fusectl fusectl rw\n"
    "33 27 0:50 / /nfs rw - nfs4 server:/export rw\n"
    "34 27 0:50 /a /var/cache rw - nfs4 server:/export rw\n"
    "35 27 0:51 / /over rw - nfs4 server:/other rw\n"
    "36 27 254:1 / /over rw - ext4 /dev/vdb rw\n";

TEST_F(MountTableTest, TellsFarOnesThatLibmountTakesForMadeUp) {
  const auto mounts = read(kFarMounts, "");
  EXPECT_THAT(paths_of(mounts),
              testing::ElementsAre("/", "/vm", "/plain", "/box", "/nfs", "/over"));
  for (const std::size_t i : {1U, 2U, 3U}) EXPECT_EQ(mounts.at(i).kind, MountKind::Network);
}

TEST_F(MountTableTest, KnowsEachPathThatMayHang) {
  read(kFarMounts, "");
  const auto far = read_far_mounts(folder_ + "/mountinfo");
  ASSERT_TRUE(far.has_value());
  EXPECT_THAT(
      *far, testing::ElementsAre("/vm", "/plain", "/box", "/var/lib/lxcfs", "/nfs", "/var/cache"));
  std::string many;
  for (int i = 0; i < 2000; ++i) {
    many += std::to_string(i + 2) + " 1 0:50 / /m" + std::to_string(i) + " rw - nfs4 s:/ rw\n";
  }
  read(many, "");
  EXPECT_EQ(read_far_mounts(folder_ + "/mountinfo").value_or(std::vector<std::string>()).size(),
            kFarMountsMax);
  EXPECT_FALSE(read_far_mounts(folder_ + "/none").has_value());
}

TEST_F(MountTableTest, TellsWhyADiskIsReadOnly) {
  const auto mounts = read(
      "27 1 254:0 / / ro - ext4 /dev/vda ro\n"
      "28 27 254:1 / /a ro - ext4 /dev/vdb ro\n"
      "29 27 254:2 / /b rw - ext4 /dev/vdc ro,errors=remount-ro\n"
      "30 27 254:3 / /c ro - ext4 /dev/vdd ro\n"
      "31 27 254:4 / /d rw - ext4 /dev/vde rw,errors=remount-ro\n"
      "32 27 254:5 / /e ro - ext4 /dev/vdf rw\n",
      "# a comment\n"
      "/dev/vda / ext4 defaults 0 1\n"
      "/dev/vdb /a ext4 ro,noatime 0 1\n"
      "/dev/vdf /e ext4 rw 0 1\n"
      "this is no line\n");
  ASSERT_EQ(mounts.size(), 6U);
  EXPECT_EQ(mounts[0].writable, Writable::NotAsAsked);
  EXPECT_EQ(mounts[1].writable, Writable::No);
  EXPECT_EQ(mounts[2].writable, Writable::Failed);
  EXPECT_EQ(mounts[3].writable, Writable::No);
  EXPECT_EQ(mounts[4].writable, Writable::Yes);
  // In the sandbox of a service all mounts look so.
  EXPECT_EQ(mounts[5].writable, Writable::Yes);
}

TEST_F(MountTableTest, IsBoundedAndTakesGarbage) {
  std::string many;
  for (int i = 0; i < 500; ++i) {
    const std::string number = std::to_string(i);
    many += number + " 1 8:" + number + " / /m" + number + " rw - ext4 /dev/sd rw\n";
  }
  EXPECT_EQ(read(many, "").size(), kMountsMax);
  EXPECT_TRUE(read("no line at all\n\n\x01\x02\n", "\x01\x02 \x03\n").empty());
  EXPECT_FALSE(read_mounts(folder_ + "/none", folder_ + "/none").has_value());
}

TEST(MountsOfThisHostTest, HaveARoot) {
  const auto mounts = read_mounts("/proc/self/mountinfo", "/etc/fstab");
  ASSERT_TRUE(mounts.has_value());
}

}  // namespace
}  // namespace mainstay::agent
