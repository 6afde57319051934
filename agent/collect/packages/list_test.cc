#include "agent/collect/packages/list.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

HostUse host() {
  return {.uses = {.processes = {{.name = "nginx",
                                  .listens = true,
                                  .files = {"/usr/lib/libc.so.6", "/usr/lib/libssl.so.3",
                                            "/usr/sbin/nginx", "/opt/own"},
                                  .replaced = {"/usr/lib/libssl.so.3"}},
                                 {.name = "cron",
                                  .listens = false,
                                  .files = {"/usr/lib/libc.so.6", "/usr/lib/libssl.so.3"},
                                  .replaced = {"/usr/lib/libssl.so.3"}}},
                   .is_complete = true},
          .owners = {{"/usr/lib/libc.so.6", "libc6"},
                     {"/usr/lib/libssl.so.3", "libssl3"},
                     {"/usr/sbin/nginx", "nginx"}},
          .kernel = "6.1.0-40-amd64",
          .is_kernel_stale = true};
}

AptListing listing() {
  AptListing made;
  made.os_id = "debian";
  made.os_version = "12";
  made.sources = {
      {.name = "glibc", .version = "2.36-9", .candidate = "", .binaries = {"libc-bin", "libc6"}},
      {.name = "linux",
       .version = "6.1.140-1",
       .candidate = "6.1.148-1",
       .binaries = {"linux-image-6.1.0-40-amd64", "linux-image-6.1.0-41-amd64"}},
      {.name = "linux-other",
       .version = "6.1.140-1",
       .candidate = "",
       .binaries = {"linux-image-6.1.0-39-amd64"}},
      {.name = "nginx",
       .version = "1.22.1-9",
       .candidate = "1.22.1-9+deb12u1",
       .binaries = {"nginx"}},
      {.name = "openssl",
       .version = "3.0.15-1",
       .candidate = "",
       .binaries = {"libssl3", "openssl"}}};
  return made;
}

TEST(ListTest, SaysOfEachSourceWhoListensAndWhoRunsOldCode) {
  const PackageList list = package_list_of(listing(), host());
  EXPECT_EQ(list.release, "debian:12");
  EXPECT_TRUE(list.sees_processes);
  ASSERT_EQ(list.packages.size(), 5U);
  EXPECT_THAT(list.packages[0].listening, ElementsAre("nginx"));
  EXPECT_THAT(list.packages[0].stale, IsEmpty());
  EXPECT_EQ(list.packages[3].candidate, "1.22.1-9+deb12u1");
  EXPECT_THAT(list.packages[3].listening, ElementsAre("nginx"));
  EXPECT_THAT(list.packages[4].listening, ElementsAre("nginx")) << "cron does not listen";
  EXPECT_THAT(list.packages[4].stale, ElementsAre("cron", "nginx"));
}

TEST(ListTest, AnOldKernelThatRunsIsStale) {
  EXPECT_THAT(package_list_of(listing(), host()).packages[1].stale, ElementsAre("kernel"));
  EXPECT_THAT(package_list_of(listing(), host()).packages[2].stale, IsEmpty());
  HostUse current = host();
  current.is_kernel_stale = false;
  EXPECT_THAT(package_list_of(listing(), current).packages[1].stale, IsEmpty());
}

/// An image that was removed while it runs.
TEST(ListTest, OfAKernelWhosePackageIsGoneTheNewestImageSaysThatItIsStale) {
  AptListing gone = listing();
  gone.sources[1].binaries = {"linux-image-6.1.0-41-amd64", "linux-image-amd64"};
  EXPECT_THAT(package_list_of(gone, host()).packages[1].stale, ElementsAre("kernel"));
  EXPECT_THAT(package_list_of(gone, host()).packages[2].stale, IsEmpty()) << "an older one";
  gone.sources[2].binaries = {"linux-image-unsigned-6.1.0-100-amd64", "linux-image-7.0.0-1-arm64",
                              "linux-image-7.0.0-1-amd64-dbg"};
  EXPECT_THAT(package_list_of(gone, host()).packages[1].stale, IsEmpty());
  EXPECT_THAT(package_list_of(gone, host()).packages[2].stale, ElementsAre("kernel"));
  HostUse current = host();
  current.is_kernel_stale = false;
  EXPECT_THAT(package_list_of(gone, current).packages[2].stale, IsEmpty());
}

TEST(ListTest, OfAKernelOfNobodyNoImageIsStale) {
  AptListing other = listing();
  other.sources[1].binaries = {"linux-image-6.1.0-39-amd64", "linux-image-amd64",
                               "linux-image-6.1.0-41-cloud"};
  for (const auto& package : package_list_of(other, host()).packages) {
    EXPECT_EQ(std::ranges::count(package.stale, "kernel"), 0) << package.name;
  }
}

TEST(ListTest, OfAnotherRootNoProcessIsKnown) {
  HostUse other;
  other.uses.is_complete = false;
  other.is_kernel_stale = true;
  const PackageList list = package_list_of(listing(), other);
  EXPECT_FALSE(list.sees_processes);
  for (const auto& package : list.packages) {
    EXPECT_THAT(package.listening, IsEmpty());
    EXPECT_THAT(package.stale, IsEmpty());
  }
}

TEST(ListTest, OfRpmsEachWithItsUpgrade) {
  RpmHost state;
  state.installed = {{.name = "openssl-libs.x86_64", .evr = "1:3.0.7-1.el9"},
                     {.name = "openssl-libs.i686", .evr = "1:3.0.7-1.el9"},
                     {.name = "gpg-pubkey.(none)", .evr = "fd431d51-4ae0493b"},
                     {.name = "bash.x86_64", .evr = "5.1.8-9.el9"}};
  state.upgrades = {{.name = "openssl-libs.x86_64", .evr = "1:3.0.7-2.el9"}};
  const auto text = package_list_text(package_list_of(state, "rhel:9.4", {}));
  EXPECT_EQ(text,
            "packages 1 rhel:9.4 all\nbash 5.1.8-9.el9\n"
            "openssl-libs 1:3.0.7-1.el9 candidate=1:3.0.7-2.el9\n");
}

TEST(ListTest, OfTheKernelsTheOneThatRuns) {
  RpmHost state;
  state.installed = {{.name = "kernel-core.x86_64", .evr = "5.14.0-427.el9"},
                     {.name = "kernel-core.x86_64", .evr = "5.14.0-503.el9"},
                     {.name = "kernel-headers.x86_64", .evr = "5.14.0-503.el9"}};
  HostUse rpm = host();
  rpm.kernel = "5.14.0-427.el9.x86_64";
  PackageList list = package_list_of(state, "rhel:9.4", rpm);
  ASSERT_EQ(list.packages.size(), 2U);
  EXPECT_EQ(list.packages[0].version, "5.14.0-427.el9");
  EXPECT_THAT(list.packages[0].stale, ElementsAre("kernel"));
  EXPECT_THAT(list.packages[1].stale, IsEmpty());
  rpm.kernel = "6.9.9";
  EXPECT_EQ(package_list_of(state, "rhel:9.4", rpm).packages.size(), 3U) << "none of them runs";
}

TEST(ListTest, OfAKernelOfRpmsThatIsGoneTheNewestSaysThatItIsStale) {
  RpmHost state;
  state.installed = {{.name = "kernel-core.x86_64", .evr = "5.14.0-503.el9"},
                     {.name = "kernel-core.x86_64", .evr = "5.14.0-570.el9"},
                     {.name = "kernel-headers.x86_64", .evr = "5.14.0-570.el9"}};
  HostUse rpm = host();
  rpm.kernel = "5.14.0-427.el9.x86_64";
  const PackageList list = package_list_of(state, "rhel:9.4", rpm);
  ASSERT_EQ(list.packages.size(), 3U);
  EXPECT_THAT(list.packages[0].stale, IsEmpty());
  EXPECT_THAT(list.packages[1].stale, ElementsAre("kernel"));
  EXPECT_THAT(list.packages[2].stale, IsEmpty());
  rpm.is_kernel_stale = false;
  EXPECT_THAT(package_list_of(state, "rhel:9.4", rpm).packages[1].stale, IsEmpty());
}

/// openssl-libs of rpm brings libssl.so.3.0.7 in the place of libssl.so.3.0.1, and the link
/// libssl.so.3 both times.
TEST(ListTest, ALibraryWhoseFileIsGoneIsKnownByTheNameThatItsSuccessorKept) {
  RpmHost rpm{.installed = {{.name = "openssl-libs.x86_64", .evr = "1:3.0.7-1.el9"}},
              .upgrades = {}};
  HostUse host{.uses = {.processes = {{.name = "sshd",
                                       .listens = false,
                                       .files = {"/usr/lib64/libssl.so.3.0.1"},
                                       .replaced = {"/usr/lib64/libssl.so.3.0.1"}}},
                        .is_complete = true},
               .owners = {{"/usr/lib64/libssl.so.3", "openssl-libs"}},
               .kernel = "",
               .is_kernel_stale = false};
  EXPECT_THAT(files_of(host.uses), ElementsAre("/usr/lib64/libssl.so.3", "/usr/lib64/libssl.so.3.0",
                                               "/usr/lib64/libssl.so.3.0.1"));
  PackageList list = package_list_of(rpm, "rhel:9.4", host);
  EXPECT_THAT(list.packages[0].stale, ElementsAre("sshd"));
  EXPECT_TRUE(list.sees_processes);
  host.owners.clear();
  EXPECT_FALSE(package_list_of(rpm, "rhel:9.4", host).sees_processes)
      << "nobody knows whose it was";
  host.uses.processes[0].replaced = {"/usr/local/lib/libown.so.1"};
  EXPECT_TRUE(package_list_of(rpm, "rhel:9.4", host).sees_processes) << "that is no package's";
}

TEST(ListTest, OfRpmsEachProcessByWhatItUses) {
  const RpmHost rpm{.installed = {{.name = "nginx.x86_64", .evr = "1.20.1-1"},
                                  {.name = "libc6.x86_64", .evr = "2.36-1"},
                                  {.name = "libssl3.x86_64", .evr = "3.0.1-1"}},
                    .upgrades = {}};
  PackageList list = package_list_of(rpm, "rhel:9.4", host());
  ASSERT_EQ(list.packages.size(), 3U);
  EXPECT_THAT(list.packages[0].listening, ElementsAre("nginx"));
  EXPECT_THAT(list.packages[0].stale, IsEmpty());
  EXPECT_THAT(list.packages[2].stale, ElementsAre("cron", "nginx"));
}

TEST(ListTest, AsksForEachFileOnce) {
  EXPECT_THAT(files_of(host().uses), ElementsAre("/opt/own", "/usr/lib/libc.so.6",
                                                 "/usr/lib/libssl.so.3", "/usr/sbin/nginx"));
}

}  // namespace
}  // namespace mainstay::agent
