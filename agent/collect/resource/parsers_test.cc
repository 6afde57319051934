// Texts of kernels 4.18, 5.10 and 6.x as they were seen, and what no kernel should say.
#include <string>

#include <gtest/gtest.h>

#include "agent/collect/resource/cpu_times.h"
#include "agent/collect/resource/disk_traffic.h"
#include "agent/collect/resource/load.h"
#include "agent/collect/resource/memory_state.h"

namespace mainstay::agent {
namespace {

TEST(CpuTimesTest, ReadsAllModesAndOldKernelsWithFewer) {
  const auto now = read_cpu_times("cpu  10 20 30 40 50 60 70 80 90 100\ncpu0 1 2 3 4\n");
  ASSERT_TRUE(now.has_value());
  EXPECT_EQ(now->in(CpuMode::User), 10U);
  EXPECT_EQ(now->in(CpuMode::Steal), 80U);
  const auto old = read_cpu_times("cpu  10 20 30 40\n");
  ASSERT_TRUE(old.has_value());
  EXPECT_EQ(old->in(CpuMode::Idle), 40U);
  EXPECT_EQ(old->in(CpuMode::Steal), 0U);
}

TEST(CpuTimesTest, RefusesWhatIsCutOrNoNumber) {
  for (const char* text :
       {"", "cpu", "cpu  1 2 3 4", "cpu  1 2 3\n", "cpu  1 2 x 4\n", "cpu  1 2 -3 4\n",
        "cpu0 1 2 3 4\n", "cpu  1 2 3 99999999999999999999\n"}) {
    EXPECT_FALSE(read_cpu_times(text).has_value()) << text;
  }
}

TEST(CpuTimesTest, SharesAreOfTheTimeBetween) {
  CpuTimes before;
  before.ticks = {100, 0, 100, 1000, 50, 0, 0, 0};
  CpuTimes after = before;
  after.ticks = {150, 0, 125, 1100, 75, 0, 0, 0};
  const auto shares = shares_between(before, after);
  ASSERT_TRUE(shares.has_value());
  EXPECT_EQ(shares->in(CpuMode::User), 2500U);
  EXPECT_EQ(shares->in(CpuMode::IoWait), 1250U);
  EXPECT_EQ(shares->busy(), 3750U);
  EXPECT_FALSE(shares_between(before, before).has_value());
}

TEST(CpuTimesTest, ATimeThatGoesBackCountsAsNone) {
  CpuTimes before;
  before.ticks = {100, 0, 0, 100, 900, 0, 0, 0};
  CpuTimes after;
  after.ticks = {110, 0, 0, 110, 800, 0, 0, UINT64_MAX};
  const auto shares = shares_between(before, after);
  ASSERT_TRUE(shares.has_value());
  EXPECT_EQ(shares->in(CpuMode::IoWait), 0U);
  EXPECT_LE(shares->in(CpuMode::Steal), 10'000U);
}

TEST(LoadTest, ReadsHundredths) {
  const auto load = read_load("0.52 12.00 1234.99 1/163 4711\n");
  ASSERT_TRUE(load.has_value());
  EXPECT_EQ(load->minute, 52U);
  EXPECT_EQ(load->five_minutes, 1200U);
  EXPECT_EQ(load->quarter_hour, 123'499U);
  for (const char* text : {"", "0.52 0.1\n", "0.52 0.58 0.5\n", "0.52 0.58 0.59", "a b c\n",
                           "0.52 0.58 -1.00\n", "0.5x 0.58 0.59\n", "99999999999.00 0.58 0.59\n"}) {
    EXPECT_FALSE(read_load(text).has_value()) << text;
  }
}

TEST(PressureTest, ReadsBothKindsAndOldKernelsOfOne) {
  const auto both = read_pressure(
      "some avg10=1.43 avg60=0.70 avg300=0.77 total=517282226\n"
      "full avg10=1.25 avg60=0.61 avg300=0.62 total=108864077\n");
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->some, 143U);
  EXPECT_EQ(both->full, 125U);
  const auto cpu_of_5_10 = read_pressure("some avg10=100.01 avg60=0.70 avg300=0.77 total=5\n");
  ASSERT_TRUE(cpu_of_5_10.has_value());
  EXPECT_EQ(cpu_of_5_10->some, 10'000U);
  for (const char* text :
       {"", "full avg10=1.25 avg60=0.61\n", "some avg10=1.2\n", "some\n", "none avg10=1.25\n"}) {
    EXPECT_FALSE(read_pressure(text).has_value()) << text;
  }
}

TEST(MemoryTest, ReadsWhatItNeeds) {
  const auto state = read_memory(
      "MemTotal:       24684096 kB\nMemFree:        21151264 kB\nMemAvailable:   24040932 kB\n"
      "HugePages_Total:       0\nSwapTotal:        100 kB\nSwapFree:          40 kB\n");
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->total_bytes, 24684096ULL * 1024);
  EXPECT_EQ(state->available_bytes, 24040932ULL * 1024);
  EXPECT_EQ(state->swap_used_bytes(), 60U * 1024);
}

TEST(MemoryTest, RefusesWhatCannotBe) {
  for (const char* text :
       {"", "MemTotal: 100 kB\n", "MemTotal: 100 kB\nMemAvailable: 200 kB\n",
        "MemTotal: 100 MB\nMemAvailable: 20 kB\n", "MemTotal: 0 kB\nMemAvailable: 0 kB\n",
        "MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB\n",
        "MemTotal: 100 kB\nMemAvailable: 50 kB\nSwapTotal: 1 kB\nSwapFree: 2 kB\n"}) {
    EXPECT_FALSE(read_memory(text).has_value()) << text;
  }
}

TEST(DiskTrafficTest, KnowsWholeDisksByTheirNames) {
  for (const char* name :
       {"sda", "sdaa", "vdb", "xvda", "hda", "nvme0n1", "nvme10n12", "mmcblk0", "dasda"}) {
    EXPECT_TRUE(is_whole_disk(name)) << name;
  }
  for (const char* name :
       {"", "sd", "sda1", "vda15", "nvme0n1p1", "nvme0c0n1", "mmcblk0p1", "dm-0", "md0",
        "mmcblk0boot0", "loop0", "zram0", "sr0", "ram0", "sd;x", "nvme"}) {
    EXPECT_FALSE(is_whole_disk(name)) << name;
  }
}

TEST(DiskTrafficTest, AddsTheWholeDisksOfEachKernel) {
  DiskTraffic sum;
  // 2.6, 4.18 and 5.5 with 11, 15 and 17 numbers.
  for (const char* line : {"   8       0 sda 10 1 100 7 20 2 200 9 0 11 16",
                           "   8       1 sda1 10 1 100 7 20 2 200 9 0 11 16",
                           " 254       0 vda 1 1 1 1 1 1 1 1 0 1 1 5 5 5 5",
                           " 259       0 nvme0n1 2 1 2 2 2 1 2 2 0 1 1 5 5 5 5 6 6",
                           "   7       0 loop0 9 9 9 9 9 9 9 9 9 9 9"}) {
    EXPECT_TRUE(add_disk_line(line, sum).has_value()) << line;
  }
  EXPECT_EQ(sum.disks, 3U);
  EXPECT_EQ(sum.operations, 36U);
  EXPECT_EQ(sum.read_sectors, 103U);
  EXPECT_EQ(sum.written_sectors, 203U);
  EXPECT_EQ(sum.waited_ms, 22U);
  for (const char* line :
       {"", "8", "8 0 sda 1 2 3", "8 x sda 1 2 3 4 5 6 7 8", "8 0 sda 1 2 3 4 5 6 7 x"}) {
    EXPECT_FALSE(add_disk_line(line, sum).has_value()) << line;
  }
  EXPECT_EQ(sum.operations, 36U);
}

TEST(DiskTrafficTest, TellsRatesAndTheMeanOfAnOperation) {
  const DiskTraffic before{
      .operations = 10, .read_sectors = 0, .written_sectors = 100, .waited_ms = 5, .disks = 1};
  const DiskTraffic after{
      .operations = 30, .read_sectors = 20, .written_sectors = 300, .waited_ms = 45, .disks = 1};
  const auto rates = rates_between(before, after, std::chrono::seconds(10));
  ASSERT_TRUE(rates.has_value());
  EXPECT_EQ(rates->read_bytes_per_second, 1024U);
  EXPECT_EQ(rates->written_bytes_per_second, 10'240U);
  EXPECT_EQ(rates->latency_us, 2000U);
}

TEST(DiskTrafficTest, TellsNothingOfCountersThatWentBackOrOtherDisks) {
  const DiskTraffic one{.operations = 10, .disks = 1};
  const DiskTraffic two{.operations = 20, .disks = 2};
  EXPECT_FALSE(rates_between(two, one, std::chrono::seconds(10)).has_value());
  EXPECT_FALSE(rates_between(one, two, std::chrono::seconds(10)).has_value());
  EXPECT_FALSE(rates_between(one, one, std::chrono::seconds(0)).has_value());
  EXPECT_FALSE(rates_between(one, one, std::chrono::seconds(-5)).has_value());
  DiskTraffic mad;
  ASSERT_TRUE(
      add_disk_line("8 0 sda 18446744073709551615 0 18446744073709551615 18446744073709551615 0 0 "
                    "18446744073709551615 18446744073709551615",
                    mad)
          .has_value());
  EXPECT_TRUE(rates_between({.disks = 1}, mad, std::chrono::milliseconds(1)).has_value());
}

}  // namespace
}  // namespace mainstay::agent
