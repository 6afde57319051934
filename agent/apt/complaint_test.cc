#include "agent/apt/complaint.h"

#include <gtest/gtest.h>

namespace mainstay::apt {
namespace {

TEST(DpkgComplaint, NamesThePackageAndWhatItsScriptDid) {
  EXPECT_EQ(dpkg_complaint("Setting up webd (2.1) ...\r\nbind() failed\r\n"
                           "dpkg: error processing package webd (--configure):\r\n"
                           " installed webd package post-installation script subprocess returned "
                           "error exit status 1\r\nErrors were encountered while processing:\r\n"
                           " webd\r\n"),
            "webd: installed webd package post-installation script subprocess returned error exit "
            "status 1");
}

TEST(DpkgComplaint, NamesTheArchiveWithoutItsFolder) {
  EXPECT_EQ(dpkg_complaint("dpkg: error processing archive /var/cache/apt/archives/b_1_all.deb "
                           "(--unpack):\n trying to overwrite '/etc/a', which is also in package a"
                           "\n"),
            "b_1_all.deb: trying to overwrite '/etc/a', which is also in package a");
}

TEST(DpkgComplaint, TakesTheLastAndNoneFromAnythingElse) {
  EXPECT_EQ(dpkg_complaint("dpkg: error processing package a (--configure):\n x\n"
                           "dpkg: error processing package b (--configure):\n y\n"),
            "b: y");
  for (const auto* text : {"", "dpkg: error processing", "dpkg: error processing package a (--x):",
                           "dpkg: error processing package a (--x):\n\n", "all is well\n"}) {
    EXPECT_EQ(dpkg_complaint(text), "") << text;
  }
}

}  // namespace
}  // namespace mainstay::apt
