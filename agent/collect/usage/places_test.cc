#include "agent/collect/usage/places.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "agent/collect/usage/test_folder.h"

namespace mainstay::agent {
namespace {

using PlacesTest = FolderTest;

const Finding* find(const SourceReport& report, std::string_view subject) {
  for (const Finding& finding : report.findings) {
    if (finding.subject == subject) return &finding;
  }
  return nullptr;
}

TEST_F(PlacesTest, TellsWhatIsThereAndCountsWhatMayGo) {
  write("/var/cache/apt/archives/web_1.0_amd64.deb", 8192);
  write("/var/cache/apt/archives/lock");
  write("/var/cache/apt/archives/partial/half.deb");
  write("/var/lib/systemd/coredump/core.web.zst");
  write("/var/log/journal/0/system.journal", 16'384);
  write("/var/log/syslog");
  write("/var/log/syslog.1");
  write("/var/log/web/access.log.14.gz");
  write("/var/log/version.20261126");
  SourceReport report;
  WalkLimits limits;
  EXPECT_EQ(add_places(root_, limits, report), 8192U + 4096);
  ASSERT_NE(find(report, "package cache"), nullptr);
  EXPECT_EQ(find(report, "package cache")->text,
            "8.0 KiB in 1 file: downloaded packages; apt-get clean");
  EXPECT_EQ(reading_of(*find(report, "package cache"), Measure::SizeBytes), 8192);
  EXPECT_EQ(reading_of(*find(report, "journals"), Measure::SizeBytes), 16'384);
  EXPECT_EQ(reading_of(*find(report, "rotated logs"), Measure::Count), 2);
  EXPECT_EQ(find(report, "crash reports"), nullptr);
}

TEST_F(PlacesTest, OnlyOldTemporaryFilesMayGo) {
  write("/tmp/old");
  write("/tmp/systemd-private-x/tmp/old");
  write("/var/tmp/old");
  const auto set_back = [&](const char* name, int days, WallTime now) {
    const time_t at = to_ms(now) / 1000 - days * 86'400L;
    const timespec times[2] = {{.tv_sec = at, .tv_nsec = 0}, {.tv_sec = at, .tv_nsec = 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (root_ + name).c_str(), times, 0), 0);
  };
  struct stat status = {};
  ASSERT_EQ(::stat((root_ + "/tmp/old").c_str(), &status), 0);
  // The time of the last change of state cannot be set, so now is later instead.
  SourceReport report;
  report.at = wall_from_ms((status.st_ctim.tv_sec + 20 * 86'400L) * 1000);
  set_back("/tmp/old", 15, report.at);
  WalkLimits limits;
  EXPECT_EQ(add_places(root_, limits, report), 4096U);
  EXPECT_NE(find(report, "old temporary files"), nullptr);
  // Read five days ago.
  set_back("/tmp/old", 5, report.at);
  SourceReport other;
  other.at = report.at;
  EXPECT_EQ(add_places(root_, limits, other), 0U);
}

TEST_F(PlacesTest, APrivateFolderIsNotTheHosts) {
  write("/tmp/old");
  std::filesystem::create_directories(root_ + "/proc/self");
  std::ofstream(root_ + "/proc/self/mountinfo")
      << "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
         "30 27 254:0 /tmp/systemd-private-1-x.service-2/tmp /tmp rw - ext4 /dev/vda rw\n";
  SourceReport report;
  report.at = wall_from_ms(4'000'000'000'000);
  WalkLimits limits;
  EXPECT_EQ(add_places(root_, limits, report), 0U);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(report.findings[0].text, "needs root: this service has a private /tmp");
}

TEST_F(PlacesTest, SaysWhenItDidNotSeeAll) {
  for (int i = 0; i < 9; ++i) write("/big/file" + std::to_string(i));
  WalkLimits limits{.entries_left = 4};
  SourceReport report;
  add_folder(root_ + "/big", "images", "in /big", limits, report);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(report.findings[0].text,
            "too many files to look at them all; 16.0 KiB in 4 files: in /big");
  add_folder(root_ + "/none", "images", "", limits, report);
  EXPECT_EQ(report.findings.size(), 1U);
}

}  // namespace
}  // namespace mainstay::agent
