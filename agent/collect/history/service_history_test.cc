#include "agent/collect/history/service_history.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "agent/collect/history/service_figures.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kServiceStart = 30'000'000;
constexpr std::uint64_t kMibBytes = 1024UL * 1024;

class ServiceHistoryTest : public testing::Test {
 protected:
  void SetUp() override { write("cgroup.controllers", "cpu memory\n"); }

  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file(own_.path() + "/sys/fs/cgroup/" + path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void use(const std::string& unit, std::uint64_t mib, std::uint64_t cpu_us) const {
    const std::string group = "system.slice/" + unit;
    write(group + "/memory.current", std::to_string(mib * kMibBytes) + "\n");
    write(group + "/cpu.stat", "usage_usec " + std::to_string(cpu_us) + "\n");
  }
  void end(ServiceHistory& history, std::uint32_t minute) const {
    history.end_minute({.minute = minute,
                        .at = instant_from_ms((minute + 1) * 60'000L),
                        .memory_bytes = 8000 * kMibBytes,
                        .clock = ClockState::Synchronised});
  }
  ServiceFigures figures(const std::string& unit, std::uint32_t minute) const {
    const auto history = read_history(kServiceHistory, path_, wall_from_ms(minute * 60'000L));
    EXPECT_TRUE(history.has_value());
    for (ServiceFigures& figures : service_figures(*history, minute)) {
      if (figures.unit == unit) return figures;
    }
    return {.unit = "", .memory_mib = {}, .cpu = {}};
  }

  const TestFolder own_;
  const std::string path_ = own_.path() + "/history.services";
};

TEST_F(ServiceHistoryTest, KeepsMemoryAndProcessorOfEachMinute) {
  ServiceHistory history(path_, own_.path());
  history.end_minute({.minute = 0, .at = instant_from_ms(kServiceStart * 60'000L)});
  use("burn.service", 3, 0);
  use("hold.service", 300, 0);
  for (std::uint32_t i = 0; i < 5; ++i) {
    use("burn.service", 3, (i + 1) * 54'000'000UL);
    end(history, kServiceStart + i);
  }
  EXPECT_TRUE(history.state().has_value());
  const ServiceFigures burn = figures("burn.service", kServiceStart + 5);
  EXPECT_EQ(burn.cpu,
            (ServiceFigure{.now = 9000, .hour_p95 = 9000, .day_max = 9000, .kept_max = 9000}));
  EXPECT_EQ(burn.memory_mib.now, 3U);
  EXPECT_EQ(figures("hold.service", kServiceStart + 5).memory_mib.hour_p95, 300U);
}

TEST_F(ServiceHistoryTest, GoesOnAfterAKill) {
  use("a.service", 10, 0);
  for (std::uint32_t i = 0; i < 10; ++i) {
    ServiceHistory history(path_, own_.path());  // nothing is left to be done at its end
    use("a.service", 10 + i, 0);
    end(history, kServiceStart + i);
  }
  const ServiceFigures kept = figures("a.service", kServiceStart + 9);
  EXPECT_EQ(kept.since_minute, kServiceStart);
  EXPECT_EQ(kept.memory_mib.day_max, 19U);
  EXPECT_EQ(kept.cpu.now, kNoValue) << "a share needs two readings of one process";
}

TEST_F(ServiceHistoryTest, AServiceThatEndedIsToldAsItWas) {
  ServiceHistory history(path_, own_.path());
  use("a.service", 10, 0);
  use("b.service", 20, 0);
  end(history, kServiceStart);
  std::filesystem::remove_all(own_.path() + "/sys/fs/cgroup/system.slice/b.service");
  for (std::uint32_t i = 1; i < 10; ++i) end(history, kServiceStart + i);
  const ServiceFigures gone = figures("b.service", kServiceStart + 9);
  EXPECT_EQ(gone.memory_mib.now, kNoValue);
  EXPECT_EQ(gone.memory_mib.day_max, 20U);
}

TEST_F(ServiceHistoryTest, ANameIsKeptAsItIs) {
  ServiceHistory history(path_, own_.path());
  const std::string name = "we\x1b[2Jb\n" + std::string(200, 'x') + "\xff.service";
  use(name, 7, 0);
  end(history, kServiceStart);
  EXPECT_EQ(figures(name, kServiceStart).memory_mib.now, 7U);
}

TEST_F(ServiceHistoryTest, WithoutSystemdMinutesAreEmpty) {
  std::filesystem::remove_all(own_.path() + "/sys");
  ServiceHistory history(path_, own_.path());
  end(history, kServiceStart);
  EXPECT_TRUE(history.state().has_value());
  const auto kept = read_history(kServiceHistory, path_, wall_from_ms(kServiceStart * 60'000L));
  ASSERT_TRUE(kept.has_value());
  EXPECT_TRUE(service_figures(*kept, kServiceStart).empty());
}

}  // namespace
}  // namespace mainstay::agent
