#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "agent/collect/resource/disks/look.h"
#include "agent/collect/resource/disks/machine_findings.h"
#include "agent/collect/resource/disks/virtualisation.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

class MachineTest : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  const TestFolder own_;
  const std::string root_ = own_.path();
};

TEST_F(MachineTest, KnowsOnWhatItRuns) {
  EXPECT_EQ(virtualisation_of(root_), "");
  write("/proc/cpuinfo",
        "processor\t: 0\nflags\t\t: fpu vme\nprocessor\t: 1\nflags\t\t: hypervisor\n");
  write("/sys/class/dmi/id/sys_vendor", "Amazon EC2\n");
  EXPECT_EQ(virtualisation_of(root_), "physical machine");
  write("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor vme\n");
  EXPECT_EQ(virtualisation_of(root_), "virtual machine (amazon)");
  write("/sys/class/dmi/id/product_name", "KVM Virtual Machine\n");
  EXPECT_EQ(virtualisation_of(root_), "virtual machine (kvm)");
  write("/run/.containerenv", "");
  EXPECT_EQ(virtualisation_of(root_), "container (podman)");
  write("/run/systemd/container", "systemd-nspawn\n");
  EXPECT_EQ(virtualisation_of(root_), "container (systemd-nspawn)");
}

TEST_F(MachineTest, KnowsAnArmMachineByItsTree) {
  write("/proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd\n");
  EXPECT_EQ(virtualisation_of(root_), "");
  write("/proc/device-tree/hypervisor/compatible", std::string("xen,xen-4.17\0xen,xen\0", 21));
  EXPECT_EQ(virtualisation_of(root_), "virtual machine (xen,xen-4.17)");
}

TEST_F(MachineTest, TellsMemoryClockAndSize) {
  Machine machine;
  machine.memory = MemoryState{.total_bytes = 100UL << 30U,
                               .available_bytes = 4UL << 30U,
                               .swap_total_bytes = 2048,
                               .swap_free_bytes = 1024};
  machine.load = Load{.minute = 150};
  machine.clock = {.state = ClockState::NotSynchronised};
  machine.cpus = 2;
  machine.virtualisation = "virtual machine (kvm)";
  SourceReport report;
  add_machine(machine, report);
  ASSERT_EQ(report.findings.size(), 3U);
  EXPECT_EQ(report.findings[0].judgement, Judgement::Refuted);
  EXPECT_EQ(report.findings[0].text,
            "4.0 GiB of 100.0 GiB available, 1.0 KiB of 2.0 KiB swap used");
  EXPECT_EQ(report.findings[1].judgement, Judgement::Refuted);
  EXPECT_EQ(report.findings[2].text,
            "2 processors, 100.0 GiB, virtual machine (kvm), load 75 % of the last minute");
  machine.clock = {.state = ClockState::Synchronised, .error_max_us = 12'000};
  machine.memory.reset();
  SourceReport other;
  add_machine(machine, other);
  EXPECT_EQ(other.findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(other.findings[1].text, "synchronised, off by at most 12 ms");
  machine.clock = {};
  SourceReport third;
  add_machine(machine, third);
  EXPECT_EQ(third.findings[1].judgement, Judgement::NotProved);
  for (const FactReading& fact : third.facts) EXPECT_NE(fact.fact, Fact::ClockSynchronised);
}

TEST(LookAtResourcesTest, ReportsThisHost) {
  SourceReport report;
  EXPECT_TRUE(look_at_resources({}, wall_from_ms(1'800'000'000'000), report).has_value());
  EXPECT_EQ(report.source, Source::Resource);
  EXPECT_GE(report.findings.size(), 3U);
  SourceReport with_history;
  EXPECT_TRUE(look_at_resources({"--history", "/no/such/file"}, {}, with_history).has_value());
  EXPECT_EQ(with_history.findings[0].topic, Topic::Source);
  EXPECT_EQ(with_history.findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(with_history.findings[1].topic, Topic::Source) << "each file is told of";
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--history"}, {"x"}, {"--history", "a", "b"}}) {
    const Status looked = look_at_resources(words, {}, report);
    ASSERT_FALSE(looked.has_value());
    EXPECT_TRUE(looked.error().detail.ends_with(words.size() == 1 ? "x" : "b") ||
                looked.error().detail == "--history: expected a path")
        << looked.error().detail;
  }
}

}  // namespace
}  // namespace mainstay::agent
