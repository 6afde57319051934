#include "agent/collect/reboot/file_owners.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

class FileOwnersTest : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(root_ + "/" + path).parent_path());
    std::ofstream(root_ + "/" + path) << text;
  }

  TestFolder made_;
  std::string root_ = made_.path();
};

TEST_F(FileOwnersTest, FilesAreFoundUnderEitherNameOfAMergedFolder) {
  write("var/lib/dpkg/info/libc6:amd64.list", "/lib/libc.so.6\n");
  write("var/lib/dpkg/info/nginx.list", "/usr/sbin/nginx\n");
  const FileOwners owners =
      packages_of(root_, {"/usr/lib/libc.so.6", "/sbin/nginx", "/opt/of/nobody"});
  EXPECT_TRUE(owners.is_complete);
  const auto& packages = owners.packages;
  EXPECT_EQ(packages.size(), 2U);
  EXPECT_EQ(packages.at("/usr/lib/libc.so.6"), "libc6");
  EXPECT_EQ(packages.at("/sbin/nginx"), "nginx");
  EXPECT_THAT(packages_of(root_ + "/nowhere", {"/usr/lib/libc.so.6"}).packages, IsEmpty());
}

TEST_F(FileOwnersTest, SaysWhereNotEveryFilesOwnerWasLookedUp) {
  write("var/lib/dpkg/info/nginx.list", "/usr/sbin/nginx\n");
  std::vector<std::string> files;
  for (int i = 0; i < 16'384; ++i) files.push_back("/usr/lib/" + std::to_string(i) + ".so");
  EXPECT_TRUE(packages_of(root_, files).is_complete);
  files.emplace_back("/usr/sbin/nginx");
  FileOwners owners = packages_of(root_, files);
  EXPECT_FALSE(owners.is_complete);
  EXPECT_THAT(owners.packages, IsEmpty());
  write("var/lib/dpkg/info/libc6:amd64.list/no", "file");
  owners = packages_of(root_, {"/usr/sbin/nginx"});
  EXPECT_FALSE(owners.is_complete) << "a list cannot be read";
  EXPECT_EQ(owners.packages.size(), 1U);
  EXPECT_FALSE(packages_of(root_ + "/nowhere", {"/usr/sbin/nginx"}).is_complete);
  EXPECT_TRUE(packages_of(root_ + "/nowhere", {}).is_complete);
}

}  // namespace
}  // namespace mainstay::agent
