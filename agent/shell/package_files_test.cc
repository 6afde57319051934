#include "agent/shell/package_files.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

namespace fs = std::filesystem;

TEST(PackageFilesTest, ChangeWithWhatDpkgAndAptWrite) {
  const TestFolder folder;
  const std::string root = folder.path();
  fs::create_directories(root + "/var/lib/dpkg");
  fs::create_directories(root + "/var/lib/apt/lists");
  fs::create_directories(root + "/etc/apt/preferences.d");
  std::ofstream(root + "/var/lib/dpkg/status") << "Package: a\n";
  const PackageFiles before = package_files(root);
  EXPECT_EQ(package_files(root), before);

  std::ofstream(root + "/var/lib/dpkg/status-new") << "Package: b\n";
  fs::rename(root + "/var/lib/dpkg/status-new", root + "/var/lib/dpkg/status");
  const PackageFiles patched = package_files(root);
  EXPECT_NE(patched, before);

  std::ofstream(root + "/var/lib/apt/lists/x_Packages") << "Package: c\n";
  const PackageFiles refreshed = package_files(root);
  EXPECT_NE(refreshed, patched);

  std::ofstream(root + "/etc/apt/preferences.d/pin") << "Package: *\n";
  EXPECT_NE(package_files(root), refreshed);
}

TEST(PackageFilesTest, NothingIsAStateLikeAnyOther) {
  EXPECT_EQ(package_files("/no/such/root"), PackageFiles{});
  EXPECT_NE(package_files(""), PackageFiles{});
}

}  // namespace
}  // namespace mainstay::agent
