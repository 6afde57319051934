// Whole hosts of other kernels: what /proc holds there, and what a sample makes of it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "agent/collect/resource/sampler.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

struct KernelCase {
  std::string name;
  std::map<std::string, std::string> before;  // files of /proc
  std::map<std::string, std::string> after;   // those that changed ten seconds later
  bool has_pressure = false;
  bool has_memory = true;
};

/// As `cat /proc/meminfo` begins on each of them; MemAvailable is there since 3.14.
std::string meminfo(const std::string& available) {
  return "MemTotal:        8009248 kB\nMemFree:          236504 kB\n" + available +
         "Buffers:          100324 kB\nCached:          3712396 kB\nSwapCached:           12 kB\n"
         "Active:          3906540 kB\nActive(anon):    1301224 kB\nSwapTotal:       2097148 kB\n"
         "SwapFree:        2096892 kB\nDirty:               184 kB\nVmallocTotal:   34359738367 "
         "kB\n"
         "HugePages_Total:       0\nHugePages_Free:        0\nHugepagesize:       2048 kB\n";
}
const std::string kAvailable = "MemAvailable:    4012340 kB\n";

std::string stat(const std::string& first) {
  return first +
         "cpu0 1 2 3 4 5 6 7 0 0 0\nintr 9482 16 9 0 0\nctxt 987\nbtime 1700000000\n"
         "processes 4711\nprocs_running 1\nprocs_blocked 0\nsoftirq 9 0 1 2\n";
}

const std::string kSome = "some avg10=2.50 avg60=0.70 avg300=0.77 total=517282226\n";
const std::string kFull = "full avg10=1.25 avg60=0.61 avg300=0.62 total=108864077\n";

// Of each: half of the time busy, 20 operations of 4 ms, 1 KiB a second read.
std::vector<KernelCase> kernels() {
  const std::string load = "0.52 0.40 0.30 2/163 4711\n";
  const auto disk = [](const std::string& counts, const std::string& rest) {
    return "   8       0 sda " + counts + " 0 11 16" + rest +
           "\n   8       1 sda1 9 9 9 9 9 9 9 9 0 9 9" + rest +
           "\n 253       0 dm-0 9 9 9 9 9 9 9 9 0 9 9" + rest + "\n";
  };
  const std::string was = "10 1 100 7 20 2 200 9";
  const std::string is = "20 1 120 47 30 2 200 49";
  const std::string cpu = "cpu  100 0 100 1000 0 0 0 0 0 0\n";
  const std::string cpu_later = "cpu  350 0 350 1500 0 0 0 0 0 0\n";
  return {
      // CentOS 6: fewer modes, 11 counts of a disk, no MemAvailable: that is not made up.
      {.name = "2.6.32",
       .before = {{"stat", stat("cpu  100 0 100 1000 0 0 0 0 0\n")},
                  {"loadavg", load},
                  {"meminfo", meminfo("")},
                  {"diskstats", disk(was, "")}},
       .after = {{"stat", stat("cpu  350 0 350 1500 0 0 0 0 0\n")}, {"diskstats", disk(is, "")}},
       .has_memory = false},
      // Ubuntu 18.04: 11 counts, no pressure.
      {.name = "4.15",
       .before = {{"stat", stat(cpu)},
                  {"loadavg", load},
                  {"meminfo", meminfo(kAvailable)},
                  {"diskstats", disk(was, "")}},
       .after = {{"stat", stat(cpu_later)}, {"diskstats", disk(is, "")}}},
      // Debian 10: 15 counts, since discards have been counted; pressure switched off.
      {.name = "4.19",
       .before = {{"stat", stat(cpu)},
                  {"loadavg", load},
                  {"meminfo", meminfo(kAvailable)},
                  {"diskstats", disk(was, " 0 0 0 0")},
                  {"pressure/cpu", ""},
                  {"pressure/memory", ""},
                  {"pressure/io", ""}},
       .after = {{"stat", stat(cpu_later)}, {"diskstats", disk(is, " 0 0 0 0")}}},
      // Debian 11: 17 counts, since flushes have been; pressure, of processors without `full`.
      {.name = "5.10",
       .before = {{"stat", stat(cpu)},
                  {"loadavg", load},
                  {"meminfo", meminfo(kAvailable)},
                  {"diskstats", disk(was, " 0 0 0 0 3 5")},
                  {"pressure/cpu", kSome},
                  {"pressure/memory", kSome + kFull},
                  {"pressure/io", kSome + kFull}},
       .after = {{"stat", stat(cpu_later)}, {"diskstats", disk(is, " 0 0 0 0 3 5")}},
       .has_pressure = true},
      // Debian 12, 13: the same, with `full` everywhere and pressure of interrupts.
      {.name = "6.12",
       .before = {{"stat", stat(cpu)},
                  {"loadavg", load},
                  {"meminfo", meminfo(kAvailable + "Zswap:                0 kB\n")},
                  {"diskstats", disk(was, " 7 0 4096 2 3 5")},
                  {"pressure/cpu", kSome + "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"},
                  {"pressure/memory", kSome + kFull},
                  {"pressure/io", kSome + kFull},
                  {"pressure/irq", kFull}},
       .after = {{"stat", stat(cpu_later)}, {"diskstats", disk(is, " 7 0 4096 2 3 5")}},
       .has_pressure = true},
      // One that counts more than anybody knows yet.
      {.name = "tomorrow",
       .before = {{"stat", stat("cpu  100 0 100 1000 0 0 0 0 0 0 0 0 0\n")},
                  {"loadavg", load},
                  {"meminfo", meminfo(kAvailable + "Quantum:  12 qB\nNothing:\n")},
                  {"diskstats", disk(was, " 0 0 0 0 3 5 1 2 3 4")}},
       .after = {{"stat", stat("cpu  350 0 350 1500 0 0 0 0 0 0 0 0 0\n")},
                 {"diskstats", disk(is, " 0 0 0 0 3 5 1 2 3 4")}}},
  };
}

class KernelsTest : public testing::TestWithParam<KernelCase> {
 protected:
  void write(const std::map<std::string, std::string>& files) const {
    std::filesystem::create_directories(own_.path() + "/proc/pressure");
    for (const auto& [name, text] : files) std::ofstream(own_.path() + "/proc/" + name) << text;
  }
  const TestFolder own_;
};

TEST_P(KernelsTest, AreReadForWhatTheyHave) {
  const KernelCase& kernel = GetParam();
  write(kernel.before);
  Sampler sampler(own_.path());
  sampler.sample({.mono = instant_from_ms(10'000), .wall = {}});
  write(kernel.after);
  const Sample sample = sampler.sample({.mono = instant_from_ms(20'000), .wall = {}});
  ASSERT_TRUE(sample.cpu.has_value());
  EXPECT_EQ(sample.cpu->busy(), 5000U);
  ASSERT_TRUE(sample.load.has_value());
  EXPECT_EQ(sample.load->minute, 52U);
  ASSERT_TRUE(sample.disks.has_value());
  EXPECT_EQ(sample.disks->read_bytes_per_second, 1024U);
  EXPECT_EQ(sample.disks->latency_us, 4000U);
  ASSERT_EQ(sample.memory.has_value(), kernel.has_memory);
  if (sample.memory) {
    EXPECT_EQ(sample.memory->available_bytes, 4'012'340UL * 1024);
    EXPECT_EQ(sample.memory->swap_used_bytes(), 256UL * 1024);
  }
  for (const auto& pressure : {sample.pressure_cpu, sample.pressure_memory, sample.pressure_io}) {
    ASSERT_EQ(pressure.has_value(), kernel.has_pressure);
    EXPECT_EQ(pressure ? pressure->some : 250U, 250U);
  }
}

std::string name_of_kernel(const testing::TestParamInfo<KernelCase>& kernel) {
  std::string name = kernel.param.name;
  std::ranges::replace(name, '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(EachAge, KernelsTest, testing::ValuesIn(kernels()), name_of_kernel);

}  // namespace
}  // namespace mainstay::agent
