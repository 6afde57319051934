#include "agent/collect/resource/disks/space.h"

#include <atomic>
#include <cerrno>
#include <fstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/resource/disks/held_path.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

constexpr Duration kShort = std::chrono::seconds(1);
constexpr Duration kLong = std::chrono::seconds(60);

class SpaceTest : public testing::Test {
 protected:
  const TestFolder own_;
  const std::string folder_ = own_.path();
};

/// Waits for somebody at the other end of a pipe with a name, as for a server that is gone.
int ask_and_hang(const char* path, Space& space) {
  if (::access(path, F_OK) != 0) return ENOENT;
  struct stat what = {};
  if (::stat(path, &what) == 0 && S_ISFIFO(what.st_mode)) (void)::open(path, O_RDONLY | O_CLOEXEC);
  return ask_statvfs(path, space);
}

TEST_F(SpaceTest, CountsAsDfDoes) {
  const Space space{
      .size_bytes = 1000, .used_bytes = 801, .free_bytes = 149, .inodes = 200, .inodes_free = 1};
  EXPECT_EQ(space.used_percent(), 85U);
  EXPECT_EQ(space.inodes_used_percent(), 100U);
  EXPECT_EQ(Space().used_percent(), 0U);
  EXPECT_EQ(Space().inodes_used_percent(), 0U);
  const Space mad{.used_bytes = UINT64_MAX / 2,
                  .free_bytes = UINT64_MAX / 2,
                  .inodes = 1,
                  .inodes_free = UINT64_MAX};
  EXPECT_EQ(mad.used_percent(), 50U);
  EXPECT_EQ(mad.inodes_used_percent(), 0U);
}

TEST_F(SpaceTest, AnswersEachPathInItsOrder) {
  const std::vector<std::string> paths = {"/", folder_ + "/none", folder_};
  const auto spaces = ask_space(paths, kLong, "");
  ASSERT_EQ(spaces.size(), 3U);
  ASSERT_TRUE(spaces[0].has_value());
  EXPECT_GT(spaces[0]->size_bytes, 0U);
  ASSERT_FALSE(spaces[1].has_value());
  EXPECT_EQ(spaces[1].error().detail, "No such file or directory");
  EXPECT_TRUE(spaces[2].has_value());
}

TEST_F(SpaceTest, OneThatHangsHoldsUpNoOther) {
  const std::string hung = folder_ + "/server";
  ASSERT_EQ(::mkfifo(hung.c_str(), 0600), 0);
  const std::vector<std::string> paths = {hung, "/", hung};
  const auto spaces = ask_space(paths, kShort, "", ask_and_hang);
  ASSERT_FALSE(spaces[0].has_value());
  EXPECT_EQ(spaces[0].error().detail, "does not answer within 1 s");
  EXPECT_TRUE(spaces[1].has_value());
  EXPECT_FALSE(spaces[2].has_value());
}

TEST_F(SpaceTest, WhileAnotherLookAsksItIsNotAsked) {
  const HeldPath held(folder_, "/tmp");
  const std::vector<std::string> paths = {"/tmp", "/"};
  const auto spaces = ask_space(paths, kShort, folder_);
  ASSERT_FALSE(spaces[0].has_value());
  EXPECT_EQ(spaces[0].error().detail, "does not answer, an earlier look at it has not ended");
  EXPECT_TRUE(spaces[1].has_value());
}

int ask_and_die(const char* /*path*/, Space& /*space*/) {
  ::_exit(3);
}

TEST_F(SpaceTest, AFailureToAskIsNotSilence) {
  const std::vector<std::string> paths = {"/"};
  const auto dead = ask_space(paths, kLong, "", ask_and_die);
  ASSERT_FALSE(dead[0].has_value());
  EXPECT_EQ(dead[0].error().detail, "the process that asked it ended without an answer");
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto refused = ask_space(paths, kLong, "");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(refused[0].has_value());
  const std::string why = refused[0].error().detail;
  EXPECT_TRUE(why.starts_with("no process to ask it: Too many open files")) << why;
}

/// Whether anybody waits for a lock of the file.
bool is_waited_for(const std::string& file) {
  struct stat what = {};
  EXPECT_EQ(::stat(file.c_str(), &what), 0);
  const std::string inode = ":" + std::to_string(what.st_ino) + " ";
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    if (line.find("-> ") != line.npos && line.find(inode) != line.npos) return true;
  }
  return false;
}

// Two looks of one folder may ask for one path at the same time, and both shall be told.
TEST_F(SpaceTest, WaitsForAnotherLookThatEnds) {
  const std::vector<std::string> paths = {"/tmp"};
  HeldPath held(folder_, paths[0]);
  const std::string file = path_lock(folder_, paths[0]).file;
  std::atomic<bool> is_told = false;
  std::jthread other([&] {
    while (!is_told && !is_waited_for(file)) std::this_thread::yield();
    held.let_go();
  });
  const auto spaces = ask_space(paths, kLong, folder_);
  is_told = true;
  EXPECT_TRUE(spaces[0].has_value()) << spaces[0].error().detail;
}

// The kernel asks a process that never says a word: what a dead server looks like from here.
TEST_F(SpaceTest, ARealMountThatHangsDoesNotAnswer) {
  const int silent = ::open("/dev/fuse", O_RDWR | O_CLOEXEC);
  const std::string options =
      "fd=" + std::to_string(silent) + ",rootmode=40000,user_id=0,group_id=0";
  const bool is_real =
      silent >= 0 && ::mount("silent", folder_.c_str(), "fuse", 0, options.c_str()) == 0;
  // Without root and FUSE the stand-in of the test above has to do.
  std::string hung = folder_;
  if (!is_real) {
    hung += "/server";
    ASSERT_EQ(::mkfifo(hung.c_str(), 0600), 0);
  }
  const std::vector<std::string> paths = {hung, "/"};
  const auto spaces =
      is_real ? ask_space(paths, kShort, "") : ask_space(paths, kShort, "", ask_and_hang);
  EXPECT_FALSE(spaces[0].has_value());
  EXPECT_TRUE(spaces[1].has_value());
  EXPECT_EQ(is_real ? ::umount2(folder_.c_str(), MNT_DETACH) : 0, 0);
  if (silent >= 0) ::close(silent);
}

}  // namespace
}  // namespace mainstay::agent
