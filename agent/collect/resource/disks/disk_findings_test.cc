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
      finding_of_disk({.path = "/var", .type = "ext4"}, used_of(81), {.space = forecast_of(34)});
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
  EXPECT_EQ(finding_of_disk(mount, used_of(50), {.space = forecast_of(6)}).judgement,
            Judgement::Refuted);
  EXPECT_EQ(finding_of_disk(mount, used_of(50), {.space = forecast_of(7)}).judgement,
            Judgement::Proved);
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
  EXPECT_EQ(finding_of_disk(mount, used_of(100), {.space = forecast_of(1)}).judgement,
            Judgement::Proved);
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
  EXPECT_EQ(
      finding_of_disk(mount, used_of(5), {.space = {.growth = Growth::NotKnown, .span = kDay / 8}})
          .text,
      "5 %, no trend yet from 3 h of history");
  EXPECT_EQ(
      finding_of_disk(mount, used_of(5), {.space = {.growth = Growth::None, .span = 41 * kDay}})
          .text,
      "5 %, not growing (from 41 d of history)");
  Trend open = forecast_of(34);
  open.full_in_max.reset();
  EXPECT_EQ(finding_of_disk(mount, used_of(5), {.space = open}).text,
            "5 %, full in 34 d (20 d or later, from 41 d of history)");
  open.full_in_min = kDay / 4;
  open.full_in_max = 61 * kDay;
  EXPECT_EQ(finding_of_disk(mount, used_of(5), {.space = open}).text,
            "5 %, full in 34 d (6 h-61 d, from 41 d of history)");
  const Mount memory{.path = "/tmp", .type = "tmpfs", .kind = MountKind::Memory};
  EXPECT_EQ(finding_of_disk(memory, used_of(5), {}).text, "5 %, in memory");
}

TEST(DiskFindingTest, TellsInodesBesideBytesAndTheFirstOfBothAsTheDeadline) {
  const Mount mount{.path = "/", .type = "ext4"};
  const Finding later =
      finding_of_disk(mount, used_of(50), {.space = forecast_of(34), .inodes = forecast_of(50)});
  EXPECT_EQ(later.text,
            "50 %, full in 34 d (20-61 d, from 41 d of history), inodes full in 50 d (20-61 d)");
  EXPECT_EQ(reading_of(later, Measure::FullInSeconds), 34 * 86'400);
  const Finding sooner =
      finding_of_disk(mount, used_of(50), {.space = forecast_of(34), .inodes = forecast_of(5)});
  EXPECT_EQ(reading_of(sooner, Measure::FullInSeconds), 5 * 86'400);
  EXPECT_EQ(sooner.judgement, Judgement::Refuted);
  const Finding only = finding_of_disk(
      mount, used_of(50),
      {.space = {.growth = Growth::None, .span = 41 * kDay}, .inodes = forecast_of(20)});
  EXPECT_EQ(only.text, "50 %, not growing (from 41 d of history), inodes full in 20 d (20-61 d)");
  EXPECT_EQ(reading_of(only, Measure::FullInSeconds), 20 * 86'400);
  const Mount full{.path = "/", .type = "ext4", .writable = Writable::No};
  EXPECT_EQ(finding_of_disk(full, used_of(50), {.inodes = forecast_of(5)}).text, "50 %, read-only");
}

/// A hundred hours of one disk, one more used in each.
History hours_of(const HistoryLayout& layout) {
  History history{.layout = layout, .minutes = {}, .hours = {}};
  history.owners[0] = {.name = "/", .since_minute = 1};
  for (std::uint32_t i = 0; i < 100; ++i) {
    HourValues hour{.hour = 500'000 + i, .minutes = 60};
    hour.series[layout.series_of(0)] = {.min = i, .mean = i, .p95 = i, .max = i};
    history.hours.push_back(hour);
  }
  return history;
}

TEST(DiskFindingTest, WhatAProcessAnswersForWithoutSpaceIsNoDisk) {
  SourceReport report;
  const Mount far{.path = "/run/doc", .type = "fuse.portal", .kind = MountKind::Network};
  add_disks({far, far}, {Space{}, used_of(50)}, {.space = History{}, .inodes = History{}}, report);
  EXPECT_EQ(report.findings.size(), 1U);
}

TEST(DiskFindingTest, FactsAreOfThisHostsDisks) {
  const History bytes = hours_of(kHostHistory);
  const History inodes = hours_of(kInodeHistory);
  Space space = used_of(50);
  space.free_bytes = 48UL * 1024 * 1024;
  Space full = used_of(50);
  full.inodes_free = 0;
  const std::vector<Mount> mounts = {{.path = "/", .type = "ext4"},
                                     {.path = "/mnt", .type = "nfs", .kind = MountKind::Network},
                                     {.path = "/gone", .type = "nfs", .kind = MountKind::Network}};
  const auto full_in = [&](const History& counts) {
    SourceReport report;
    add_disks(mounts, {space, full, fail(Fault::Unavailable, "gone")},
              {.space = bytes, .inodes = counts}, report);
    EXPECT_EQ(report.findings.size(), 3U);
    EXPECT_EQ(report.facts.size(), 2U);
    EXPECT_EQ(report.facts[0].fact, Fact::DiskInodesFreePercent);
    EXPECT_EQ(report.facts[1].fact, Fact::DiskFullIn);
    return report.facts[1].value;
  };
  EXPECT_EQ(full_in({}), 48 * 3600);
  space.inodes_free = 24;
  EXPECT_EQ(full_in(inodes), 24 * 3600);
  space.inodes_free = 80;
  EXPECT_EQ(full_in(inodes), 48 * 3600);
  // A file system that makes them as it needs them does not run out.
  space.inodes_free = 24;
  space.inodes = 0;
  SourceReport report;
  add_disks({mounts[0]}, {space}, {.space = bytes, .inodes = inodes}, report);
  ASSERT_EQ(report.facts.size(), 1U);
  EXPECT_EQ(report.facts[0].value, 48 * 3600);
}

}  // namespace
}  // namespace mainstay::agent
