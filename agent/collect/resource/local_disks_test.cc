#include "agent/collect/resource/local_disks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;

TEST(LocalDisksTest, TakesEachDeviceOfThisHostOnce) {
  const auto mounts = read_local_mounts(
      "22 27 0:21 / /proc rw - proc proc rw\n"
      "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
      "28 27 254:16 / /var/my\\040data rw shared:1 master:2 - xfs /dev/vdb rw\n"
      "29 27 254:16 /sub /srv/bind rw - xfs /dev/vdb rw\n"
      "30 27 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro\n"
      "31 27 7:1 / /mnt/image rw - ext4 /dev/loop1 rw\n"
      "32 27 0:50 / /mnt/nfs rw - nfs4 server:/export rw\n"
      "33 27 0:51 / /data rw - btrfs /dev/mapper/data rw\n"
      "34 27 0:52 / /tmp rw - tmpfs tmpfs rw\n");
  ASSERT_TRUE(mounts.has_value()) << mounts.error().detail;
  EXPECT_THAT(*mounts, ElementsAre("/", "/var/my data", "/data"));
}

TEST(LocalDisksTest, AsksNoPathThatLeadsThroughAnotherMachine) {
  const auto mounts = read_local_mounts(
      "32 27 0:50 / /mnt/nfs rw - nfs4 server:/export rw\n"
      "33 32 8:1 / /mnt/nfs/local rw - ext4 /dev/sda1 rw\n"
      "34 32 8:2 / /mnt/nfsd rw - ext4 /dev/sda2 rw\n"
      "35 32 8:3 / /home rw - ext4 /dev/sda3 rw\n"
      "36 35 0:60 / /home rw - fuse.sshfs somebody@there: rw\n");
  ASSERT_TRUE(mounts.has_value());
  EXPECT_THAT(*mounts, ElementsAre("/mnt/nfsd"));
}

TEST(LocalDisksTest, SeesTheUppermostOfAPath) {
  // A service that may not see /home, and one that has its own folder bound over itself.
  const auto mounts = read_local_mounts(
      "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
      "28 27 254:1 / /home rw - ext4 /dev/vdb rw\n"
      "29 27 254:2 / /var rw - ext4 /dev/vdc rw\n"
      "30 27 0:25 /systemd/inaccessible/dir /home ro - tmpfs tmpfs rw\n"
      "31 29 254:2 / /var rw - ext4 /dev/vdc rw\n");
  ASSERT_TRUE(mounts.has_value());
  EXPECT_THAT(*mounts, ElementsAre("/", "/var"));
}

TEST(LocalDisksTest, RefusesLinesThatAreNone) {
  for (const char* text :
       {"\n", "22\n", "22 27 0:21 / /proc rw\n", "x 27 0:21 / /a rw - ext4 /dev/a rw\n",
        "22 27 0:21 / a rw - ext4 /dev/a rw\n", "22 27 0:21 / /a rw - ext4\n"}) {
    EXPECT_FALSE(read_local_mounts(text).has_value()) << text;
  }
  // A line that was cut is not there.
  EXPECT_TRUE(read_local_mounts("22 27 0:21 / /a rw - ext4 /dev/a rw")->empty());
}

TEST(LocalDisksTest, ReadsThisHost) {
  const auto disks = local_disks();
  ASSERT_TRUE(disks.has_value()) << disks.error().detail;
  for (const LocalDisk& disk : *disks) EXPECT_EQ(disk.mount[0], '/');
}

}  // namespace
}  // namespace mainstay::agent
