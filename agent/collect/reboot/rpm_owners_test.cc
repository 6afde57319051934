#include "agent/collect/reboot/rpm_owners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const std::string kNone = "file /proc/self/stat is not owned by any package\n";
const std::vector<std::string> kFiles = {"/usr/lib64/libssl.so.3", "/opt/own", "/usr/lib64/gone",
                                         "/usr/sbin/nginx"};

TEST(RpmOwnersTest, AsksForEachFileWithOneOfNobodysBehindIt) {
  EXPECT_THAT(
      words_for_owners({"/a", "/b"}),
      ElementsAre("-qf", "--qf", "|%{NAME}|\n", "/a", "/proc/self/stat", "/b", "/proc/self/stat"));
}

/// Printed by rpm 4.18: a library of two architectures, a file of nobody, one that is gone.
TEST(RpmOwnersTest, KnowsWhichLinesAnswerToWhichFile) {
  const auto owners = read_rpm_owners("|openssl-libs|\n|openssl-libs|\n" + kNone +
                                          "file /opt/own is not owned by any package\n" + kNone +
                                          kNone + "|nginx-core|\n" + kNone,
                                      kFiles);
  ASSERT_TRUE(owners.has_value()) << owners.error().detail;
  EXPECT_THAT(*owners, ElementsAre(Pair("/usr/lib64/libssl.so.3", "openssl-libs"),
                                   Pair("/usr/sbin/nginx", "nginx-core")));
}

TEST(RpmOwnersTest, RefusesWhatIsNoAnswerToAllFiles) {
  const std::string whole = kNone + kNone + kNone + kNone;
  EXPECT_TRUE(read_rpm_owners(whole, kFiles).has_value());
  for (const std::string& text :
       {std::string(), kNone + kNone + kNone, whole + kNone, whole + "|nginx|\n",
        "|nginx|\n|a b|\n" + whole, "nginx\n" + whole, "||\n" + whole,
        "file /opt/own is not owned by any package\n" + whole, whole.substr(0, whole.size() - 1),
        "error: no database\n" + whole}) {
    EXPECT_FALSE(read_rpm_owners(text, kFiles).has_value()) << text;
  }
}

TEST(RpmOwnersTest, OneCallTakesSoManyFilesAndNoMore) {
  std::vector<std::string> files(kRpmFilesMax + 1, "/a");
  EXPECT_EQ(words_for_owners(files).size(), 3 + 2 * kRpmFilesMax);
  files.assign(200, "/" + std::string(4000, 'x'));
  EXPECT_LT(words_for_owners(files).size(), 3U + 2 * 131);
}

TEST(RpmOwnersTest, OfNoFilesAllIsKnown) {
  EXPECT_TRUE(ask_rpm_owners({}).is_complete);
  EXPECT_THAT(ask_rpm_owners({}).packages, IsEmpty());
}

}  // namespace
}  // namespace mainstay::agent
