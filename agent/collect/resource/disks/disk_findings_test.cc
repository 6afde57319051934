#include "agent/collect/resource/disks/disk_findings.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

constexpr Duration kDay = std::chrono::hours(24);

Space used_of(std::uint64_t percent) {
  return {.size_bytes = 1000,
          .used_bytes = percent * 10,
          .free_bytes = 1000 - percent * 10,
          .inodes = 100,
          .inodes_free = 50};
}

Trend forecast_of(int days) {
  return {.growth = Growth::Forecast,
          .span = 41 * kDay,
          .full_in = days * kDay,
          .full_in_min = 20 * kDay,
          .full_in_max = 61 * kDay};
}

TEST(DiskFindingTest, SaysUseTrendAndRange) {
  const Finding finding =
      finding_of_disk({.path = "/var", .type = "ext4"}, used_of(81), forecast_of(34));
  EXPECT_EQ(finding.judgement, Judgement::Proved);
  EXPECT_EQ(finding.subject, "/var");
  EXPECT_EQ(finding.text, "81 %, full in 34 d (20-61 d, from 41 d of history)");
  EXPECT_EQ(reading_of(finding, Measure::UsedPercent), 81);
  EXPECT_EQ(reading_of(finding, Measure::InodesUsedPercent), 50);
  EXPECT_EQ(reading_of(finding, Measure::FullInSeconds), 34 * 86'400);
  EXPECT_EQ(reading_of(finding, Measure::FullInMinSeconds), 20 * 86'400);
  EXPECT_EQ(reading_of(finding, Measure::FullInMaxSeconds), 61 * 86'400);
  EXPECT_EQ(reading_of(finding, Measure::SpanSeconds), 41 * 86'400);
  EXPECT_EQ(reading_of(finding, Measure::SizeBytes), 1000);
}

TEST(DiskFindingTest, IsRefutedWhenFullOrSoon) {
  const Mount mount{.path = "/", .type = "ext4"};
  EXPECT_EQ(finding_of_disk(mount, used_of(94), {}).judgement, Judgement::Proved);
  EXPECT_EQ(finding_of_disk(mount, used_of(95), {}).judgement, Judgement::Refuted);
  EXPECT_EQ(finding_of_disk(mount, used_of(50), forecast_of(6)).judgement, Judgement::Refuted);
  EXPECT_EQ(finding_of_disk(mount, used_of(50), forecast_of(7)).judgement, Judgement::Proved);
  Space space = used_of(50);
  space.inodes_free = 3;
  const Finding inodes = finding_of_disk(mount, space, {});
  EXPECT_EQ(inodes.judgement, Judgement::Refuted);
  EXPECT_EQ(inodes.text, "50 %, inodes 97 %, no history");
}

TEST(DiskFindingTest, IsRefutedWhenItCannotBeWritten) {
  Mount mount{.path = "/", .type = "ext4", .writable = Writable::NotAsAsked};
  EXPECT_EQ(finding_of_disk(mount, used_of(5), {}).judgement, Judgement::Refuted);
  EXPECT_EQ(finding_of_disk(mount, used_of(5), {}).text,
            "5 %, read-only though fstab says otherwise");
  mount.writable = Writable::Failed;
  EXPECT_EQ(finding_of_disk(mount, used_of(5), {}).judgement, Judgement::Refuted);
  // A medium that was meant to be read is full, and that is right.
  mount.writable = Writable::No;
  EXPECT_EQ(finding_of_disk(mount, used_of(100), forecast_of(1)).judgement, Judgement::Proved);
}

TEST(DiskFindingTest, IsNotProvedWithoutAnAnswer) {
  const Mount mount{.path = "/mnt", .type = "nfs4", .kind = MountKind::Network};
  const Finding finding =
      finding_of_disk(mount, fail(Fault::Unavailable, "does not answer within 3 s"), {});
  EXPECT_EQ(finding.judgement, Judgement::NotProved);
  EXPECT_EQ(finding.text, "does not answer within 3 s (nfs4)");
}

TEST(DiskFindingTest, SaysWhyThereIsNoForecast) {
  const Mount mount{.path = "/", .type = "ext4"};
  EXPECT_EQ(finding_of_disk(mount, used_of(5), {.growth = Growth::NotKnown, .span = kDay / 8}).text,
            "5 %, no trend yet from 3 h of history");
  EXPECT_EQ(finding_of_disk(mount, used_of(5), {.growth = Growth::None, .span = 41 * kDay}).text,
            "5 %, not growing (from 41 d of history)");
  Trend open = forecast_of(34);
  open.full_in_max.reset();
  EXPECT_EQ(finding_of_disk(mount, used_of(5), open).text,
            "5 %, full in 34 d (20 d or later, from 41 d of history)");
  open.full_in_min = kDay / 4;
  open.full_in_max = 61 * kDay;
  EXPECT_EQ(finding_of_disk(mount, used_of(5), open).text,
            "5 %, full in 34 d (6 h-61 d, from 41 d of history)");
  const Mount memory{.path = "/tmp", .type = "tmpfs", .kind = MountKind::Memory};
  EXPECT_EQ(finding_of_disk(memory, used_of(5), {}).text, "5 %, in memory");
}

TEST(DiskFindingTest, FactsAreOfThisHostsDisks) {
  History history;
  history.disks[0] = {.mount = "/", .since_minute = 1};
  for (std::uint32_t i = 0; i < 100; ++i) {
    HourValues hour{.hour = 500'000 + i, .minutes = 60};
    hour.series[static_cast<std::size_t>(Series::DiskUsed)] = {
        .min = i, .mean = i, .p95 = i, .max = i};
    history.hours.push_back(hour);
  }
  Space space = used_of(50);
  space.free_bytes = 48UL * 1024 * 1024;
  Space full = used_of(50);
  full.inodes_free = 0;
  const std::vector<Mount> mounts = {{.path = "/", .type = "ext4"},
                                     {.path = "/mnt", .type = "nfs", .kind = MountKind::Network},
                                     {.path = "/gone", .type = "nfs", .kind = MountKind::Network}};
  SourceReport report;
  add_disks(mounts, {space, full, fail(Fault::Unavailable, "gone")}, history, report);
  EXPECT_EQ(report.findings.size(), 3U);
  ASSERT_EQ(report.facts.size(), 2U);
  EXPECT_EQ(report.facts[0].fact, Fact::DiskInodesFreePercent);
  EXPECT_EQ(report.facts[0].value, 50);
  EXPECT_EQ(report.facts[1].fact, Fact::DiskFullIn);
  EXPECT_EQ(report.facts[1].value, 48 * 3600);
}

}  // namespace
}  // namespace mainstay::agent
