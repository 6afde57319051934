#include "agent/collect/certificate/file_walk.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/certificate/container.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent::certificate {
namespace {

class FileWalkTest : public testing::Test {
 protected:
  FileWalkTest() { std::filesystem::create_directories(folder_ + "/in"); }

  void write(const std::string& name, const std::string& text = "x") const {
    std::ofstream(folder_ + "/" + name) << text;
  }
  [[nodiscard]] std::string names(const std::string& path) const {
    std::string text;
    for (const WalkedFile& file : walk_files(folder_ + "/" + path)) {
      text += file.path.substr(folder_.size()) + (file.bytes ? " " : "! ");
    }
    return text;
  }
  [[nodiscard]] std::string reason(const std::string& path) const {
    const auto files = walk_files(folder_ + "/" + path);
    return files.size() != 1 || files[0].bytes ? "no reason" : files[0].bytes.error().detail;
  }

  const TestFolder own_;
  const std::string folder_ = own_.path();
};

TEST_F(FileWalkTest, AFolderIsItsCertificatesByName) {
  for (const char* name : {"in/b.crt", "in/a.pem", "in/c.txt", "in/privkey.pem", "in/.d.pem"}) {
    write(name);
  }
  std::filesystem::create_directories(folder_ + "/in/sub.pem");
  EXPECT_EQ(names("in"), "/in/a.pem /in/b.crt ");
  EXPECT_EQ(names("in/*.txt"), "/in/c.txt ");
  EXPECT_EQ(names("in/none*"), "");
  EXPECT_EQ(names("in/a.pem"), "/in/a.pem ");
}

TEST_F(FileWalkTest, FollowsNoLinkOutOfAFolder) {
  write("outside.pem");
  write("in/real.pem");
  std::filesystem::create_symlink("../outside.pem", folder_ + "/in/up.pem");
  std::filesystem::create_symlink("/etc/hostname", folder_ + "/in/away.pem");
  std::filesystem::create_symlink("real.pem", folder_ + "/in/near.pem");
  EXPECT_EQ(names("in"), "/in/away.pem! /in/near.pem /in/real.pem /in/up.pem! ");
}

TEST_F(FileWalkTest, OpensNeitherFifoNorDevice) {
  ASSERT_EQ(::mkfifo((folder_ + "/in/pipe.pem").c_str(), 0600), 0);
  EXPECT_NE(reason("in").find("not a regular file"), std::string::npos);
  EXPECT_NE(reason("in/pipe.pem").find("not a regular file"), std::string::npos);
  const auto device = walk_files("/dev/null");
  ASSERT_EQ(device.size(), 1U);
  EXPECT_FALSE(device[0].bytes.has_value());
}

TEST_F(FileWalkTest, SaysWhatCannotBeReadAndWhy) {
  EXPECT_NE(reason("none.pem").find("No such file"), std::string::npos);
  write("in/large.pem", std::string(kFileBytesMax + 1, 'x'));
  EXPECT_EQ(reason("in"), "longer than 1 MiB");
  write("in/large.pem", std::string(kFileBytesMax, 'x'));
  EXPECT_EQ(names("in"), "/in/large.pem ");
}

TEST_F(FileWalkTest, FindsOneFileASiteThroughLinksBelowTheBase) {
  std::filesystem::create_directories(folder_ + "/live/site");
  std::filesystem::create_directories(folder_ + "/live/other");
  std::filesystem::create_directories(folder_ + "/archive/site");
  write("archive/site/fullchain1.pem", "chain");
  std::filesystem::create_symlink("../../archive/site/fullchain1.pem",
                                  folder_ + "/live/site/fullchain.pem");
  std::filesystem::create_symlink("/etc/hostname", folder_ + "/live/other/fullchain.pem");
  write("live/README");
  const auto files = walk_nested({.base = folder_, .folder = "live", .name = "fullchain.pem"});
  ASSERT_EQ(files.size(), 2U);
  EXPECT_FALSE(files[0].bytes.has_value());
  ASSERT_TRUE(files[1].bytes.has_value()) << files[1].bytes.error().detail;
  EXPECT_EQ(as_text(*files[1].bytes), "chain");
  EXPECT_TRUE(walk_nested({.base = folder_ + "/none", .folder = "live", .name = "a"}).empty());
}

}  // namespace
}  // namespace mainstay::agent::certificate
