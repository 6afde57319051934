#include "agent/collect/resource/sampler.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

class SamplerTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(root_ + "/proc/pressure"); }

  /// In place, as a kernel's file changes under an open descriptor.
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(root_ + "/proc/" + name) << text;
  }
  static Now at(int seconds) {
    return {.mono = instant_from_ms(seconds * 1000L), .wall = wall_from_ms(seconds * 1000L)};
  }

  const TestFolder own_;
  const std::string root_ = own_.path();
};

TEST_F(SamplerTest, ReadsTheSameFilesAgain) {
  write("stat", "cpu  100 0 0 100 0 0 0 0 0 0\n");
  write("loadavg", "0.50 0.40 0.30 1/2 3\n");
  write("meminfo", "MemTotal: 100 kB\nMemAvailable: 50 kB\n");
  write("diskstats", " 254 0 vda 10 0 100 10 10 0 100 10 0 0 0\n");
  write("pressure/io", "some avg10=1.00 avg60=0.00 avg300=0.00 total=0\n");
  Sampler sampler(root_);
  const Sample first = sampler.sample(at(10));
  EXPECT_FALSE(first.cpu.has_value());
  EXPECT_FALSE(first.disks.has_value());
  EXPECT_EQ(first.load->minute, 50U);
  EXPECT_EQ(first.memory->available_bytes, 50U * 1024);
  EXPECT_EQ(first.pressure_io->some, 100U);
  EXPECT_FALSE(first.pressure_cpu.has_value());  // a kernel without it
  write("stat", "cpu  175 0 0 125 0 0 0 0 0 0\n");
  write("diskstats", " 254 0 vda 20 0 300 50 10 0 100 10 0 0 0\n");
  const Sample second = sampler.sample(at(20));
  ASSERT_TRUE(second.cpu.has_value());
  EXPECT_EQ(second.cpu->busy(), 7500U);
  ASSERT_TRUE(second.disks.has_value());
  EXPECT_EQ(second.disks->read_bytes_per_second, 10'240U);
  EXPECT_EQ(second.disks->latency_us, 4000U);
}

TEST_F(SamplerTest, LeavesOutWhatIsNotUnderstood) {
  write("stat", "cpu  a b c d\n");
  write("loadavg", "0.50 0.40");
  write("meminfo", std::string(100'000, 'x'));
  write("diskstats", " 254 0 vda 10 0 100\n");
  write("pressure/cpu", "");
  Sampler sampler(root_);
  for (int seconds : {10, 20}) {
    const Sample sample = sampler.sample(at(seconds));
    EXPECT_FALSE(sample.cpu || sample.load || sample.memory || sample.disks || sample.pressure_cpu);
  }
}

TEST_F(SamplerTest, SumsMoreDisksThanOneReadHolds) {
  const auto lines = [](int number) {
    std::string text;
    for (int i = 0; i < 200; ++i) {
      const std::string name = {'s', 'd', static_cast<char>('a' + i / 26),
                                static_cast<char>('a' + i % 26)};
      text += "   8 " + std::to_string(i) + " " + name + " 1 0 " + std::to_string(number) +
              " 1 1 0 1 1 0 0 0\n";
    }
    return text;
  };
  write("diskstats", lines(10));
  Sampler sampler(root_);
  sampler.sample(at(10));
  write("diskstats", lines(20));
  const Sample sample = sampler.sample(at(20));
  ASSERT_TRUE(sample.disks.has_value());
  EXPECT_EQ(sample.disks->read_bytes_per_second, 200U * 10 * 512 / 10);
}

TEST_F(SamplerTest, AClockThatStandsOrGoesBackMakesNoRate) {
  write("diskstats", " 254 0 vda 10 0 100 10 10 0 100 10 0 0 0\n");
  Sampler sampler(root_);
  sampler.sample(at(20));
  EXPECT_FALSE(sampler.sample(at(20)).disks.has_value());
  EXPECT_FALSE(sampler.sample(at(10)).disks.has_value());
  EXPECT_TRUE(sampler.sample(at(20)).disks.has_value());
}

TEST(SamplerOfThisHostTest, ReadsWhatIsThere) {
  Sampler sampler;
  const Sample sample = sampler.sample({});
  EXPECT_TRUE(sample.memory.has_value());
  EXPECT_TRUE(sample.load.has_value());
}

}  // namespace
}  // namespace mainstay::agent
