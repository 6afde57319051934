#include "agent/collect/usage/packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

InstalledPackage kernel(const std::string& release) {
  return {.name = "linux-image-" + release, .bytes = 1};
}

TEST(DpkgStatusTest, ReadsWhatIsInstalled) {
  const auto packages = read_dpkg_status(
      "Package: web\nStatus: install ok installed\nInstalled-Size: 12\nDescription: a\n  Package: "
      "b\n\n"
      "Package: gone\nStatus: deinstall ok config-files\nInstalled-Size: 5\n\n"
      "Package: broken\nStatus: install reinstreq half-installed\n\n"
      "Package: libx\nStatus: hold ok installed");
  ASSERT_TRUE(packages.has_value()) << packages.error().detail;
  // The last line has no end, as in a file that was cut: what it says is not believed.
  EXPECT_THAT(*packages, ElementsAre(InstalledPackage{.name = "web", .bytes = 12'288}));
}

TEST(DpkgStatusTest, RefusesWhatIsNone) {
  for (const char* text : {"Status: install ok installed\n\n", "Package: ../x\n\n", "Package: \n\n",
                           "Package: A B\n\n", "Package: a\nInstalled-Size: -1\n\n",
                           "Package: a\nInstalled-Size: 99999999999\n\n"}) {
    EXPECT_FALSE(read_dpkg_status(text).has_value()) << text;
  }
  EXPECT_TRUE(read_dpkg_status("")->empty());
}

TEST(OldKernelsTest, AreNeitherRunningNorNewestOfTheirFlavour) {
  const std::vector<InstalledPackage> packages = {
      kernel("6.1.0-9-amd64"),
      kernel("6.1.0-41-amd64"),
      kernel("6.1.0-42-amd64"),
      kernel("6.1.0-10-cloud-amd64"),
      kernel("unsigned-5.10.0-1-rt-amd64"),
      {.name = "linux-image-amd64", .bytes = 1},
      {.name = "linux-headers-6.1.0-9-amd64", .bytes = 1}};
  EXPECT_THAT(old_kernels(packages, "6.1.0-41-amd64"), ElementsAre(kernel("6.1.0-9-amd64")));
  EXPECT_THAT(old_kernels(packages, "6.1.0-42-amd64"),
              ElementsAre(kernel("6.1.0-9-amd64"), kernel("6.1.0-41-amd64")));
  EXPECT_THAT(old_kernels(packages, "6.18.44-fc"), IsEmpty());
}

TEST(AutoremoveTest, ReadsNamesOnly) {
  const auto names = read_autoremove(
      "Reading package lists...\nRemv liba [1.0]\nRemv libb:i386 [2:1.0~x-1] [web:amd64 ]\nInst "
      "c\n");
  ASSERT_TRUE(names.has_value());
  EXPECT_THAT(*names, ElementsAre("liba", "libb:i386"));
  for (const char* text :
       {"Remv \n", "Remv -rf\n", "Remv a/b\n", "Remv a;b [1]\n", "Remv \x1b[2J\n"}) {
    EXPECT_FALSE(read_autoremove(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mainstay::agent
