#include "common/loop/files.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "common/loop/boot_id.h"
#include "common/loop/environment.h"
#include "common/loop/file_lock.h"
#include "common/loop/process_limits.h"
#include "common/ports/test_folder.h"

namespace mainstay::loop {
namespace {

class FilesTest : public testing::Test {
 protected:
  TestFolder made_;
  std::string folder_ = made_.path();
  std::string path_ = made_.file("file");
};

TEST_F(FilesTest, ReadsBackWhatWasWrittenWithItsMode) {
  ASSERT_TRUE(write_file_durably(path_, as_bytes("one"), 0600));
  ASSERT_TRUE(write_file_durably(path_, as_bytes("two"), 0666));
  EXPECT_EQ(as_text(*read_file(path_, 3)), "two");
  struct stat info{};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0666U);
  // No leftovers.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FilesTest, NamesTheFileThatWasAskedFor) {
  const std::string path = folder_ + "/none/file";
  EXPECT_TRUE(write_file_durably(path, {}, 0600).error().detail.starts_with(path + ": "));
}

TEST_F(FilesTest, RefusesWhatIsTooLongAbsentOrNoFile) {
  ASSERT_TRUE(write_file_durably(path_, Bytes(100001), 0600));
  EXPECT_EQ(read_file(path_, 100000).error().fault, Fault::Malformed);
  EXPECT_EQ(read_file(path_, 100001)->size(), 100001U);
  EXPECT_EQ(read_file(folder_ + "/none", 9).error().fault, Fault::Unavailable);
  EXPECT_EQ(read_file(folder_, 9).error().fault, Fault::Malformed);
  ASSERT_EQ(::mkfifo((folder_ + "/fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_file(folder_ + "/fifo", 9).error().fault, Fault::Malformed);
}

TEST_F(FilesTest, CreatesExclusivelyOnlyOnce) {
  ASSERT_TRUE(create_exclusive(path_, as_bytes("first")));
  const Status second = create_exclusive(path_, as_bytes("second"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::Denied);
  EXPECT_EQ(as_text(*read_file(path_, 100)), "first");
  EXPECT_EQ(create_exclusive(folder_ + "/no/file", {}).error().fault, Fault::Unavailable);
  EXPECT_TRUE(remove_durably(path_));
  EXPECT_TRUE(remove_durably(path_));
  EXPECT_TRUE(create_exclusive(path_, {}));
}

TEST_F(FilesTest, LockHasOneHolderAndEndsWithIt) {
  EXPECT_FALSE(*FileLock::held(path_));
  {
    const auto lock = FileLock::take(path_);
    ASSERT_TRUE(lock);
    EXPECT_TRUE(*FileLock::held(path_));
    const auto second = FileLock::take(path_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().fault, Fault::Denied);
  }
  EXPECT_FALSE(*FileLock::held(path_));
  EXPECT_TRUE(FileLock::take(path_));
}

TEST_F(FilesTest, BootIdIsTheSameTwiceAndFollowsItsFile) {
  EXPECT_EQ(*boot_id(), *boot_id());
  ASSERT_TRUE(write_file_durably(path_, as_bytes("another boot\n"), 0600));
  EXPECT_NE(*boot_id(path_), *boot_id());
  ASSERT_TRUE(write_file_durably(path_, {}, 0600));
  EXPECT_FALSE(boot_id(path_));
}

TEST(EnvironmentTest, ProgramsOfOursHearWhichBootTheServiceWasTold) {
  ASSERT_EQ(::setenv(kBootIdVariable, "beef", 1), 0);
  EXPECT_THAT(helper_environment(), testing::Contains("MAINSTAY_BOOT_ID=beef"));
  EXPECT_THAT(system_environment(), testing::Not(testing::Contains("MAINSTAY_BOOT_ID=beef")));
  ASSERT_EQ(::unsetenv(kBootIdVariable), 0);
  EXPECT_EQ(helper_environment(), system_environment());
}

TEST(ProcessLimitsTest, TakesAsManyDescriptorsAsItMayHave) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace mainstay::loop
