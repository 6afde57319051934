// Trees of control groups as kernels and service managers of several ages make them.
#include "agent/collect/resource/service_groups.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ServiceGroupsTest : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file(root_ + "/sys/fs/cgroup/" + path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  /// A group of version 2, with what a kernel puts into each.
  void group(const std::string& path, std::uint64_t memory, std::uint64_t cpu_us) const {
    write(path + "/cgroup.procs", "1\n");
    write(path + "/memory.current", std::to_string(memory) + "\n");
    write(path + "/memory.stat", "anon 4096\nfile 0\n");
    write(path + "/cpu.stat",
          "usage_usec " + std::to_string(cpu_us) + "\nuser_usec 1\nsystem_usec 2\nnr_periods 0\n");
  }
  /// "unit memory cpu", with a dash for what is not known.
  std::vector<std::string> read() const {
    std::vector<std::string> lines;
    const auto word = [](const std::optional<std::uint64_t>& number) {
      return number ? std::to_string(*number) : std::string("-");
    };
    for (const ServiceReading& service : ServiceGroups(root_).read().services) {
      lines.push_back(service.unit + " " + word(service.memory_bytes) + " " + word(service.cpu_us));
    }
    return lines;
  }

  const TestFolder own_;
  const std::string root_ = own_.path();
};

// Debian 12, RHEL 9: version 2 alone.
TEST_F(ServiceGroupsTest, ReadsVersion2WithAllItsSlices) {
  write("cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc\n");
  write("cgroup.procs", "");
  group("init.scope", 5000, 100);
  group("system.slice", 99'999, 99'999);
  group("system.slice/cron.service", 1000, 10);
  group("system.slice/system-getty.slice", 700, 7);
  group("system.slice/system-getty.slice/getty@tty1.service", 700, 7);
  group("system.slice/system-postgresql.slice/postgresql@15-main.service", 8000, 80);
  group("system.slice/docker-4711.scope", 3000, 30);
  group("system.slice/var-lib.mount", 9999, 99);
  group("system.slice/dbus.socket", 9999, 99);
  group("machine.slice/systemd-nspawn@web.service", 6000, 60);
  group("machine.slice/systemd-nspawn@web.service/payload/system.slice/x.service", 5000, 50);
  group("user.slice/user-1000.slice/session-3.scope", 400, 4);
  group("user.slice/user-1000.slice/user@1000.service", 4000, 40);
  group("user.slice/user-1000.slice/user@1000.service/app.slice/app.service", 2000, 20);
  EXPECT_THAT(read(), UnorderedElementsAre(
                          "init.scope 5000 100", "cron.service 1000 10", "getty@tty1.service 700 7",
                          "postgresql@15-main.service 8000 80", "docker-4711.scope 3000 30",
                          "systemd-nspawn@web.service 6000 60", "session-3.scope 400 4",
                          "user@1000.service 4000 40"));
}

// CentOS 7: version 1, both processor controllers in one place, with links for the single names.
TEST_F(ServiceGroupsTest, ReadsVersion1WithAJointMount) {
  const std::string unit = "/system.slice/sshd.service";
  write("systemd" + unit + "/cgroup.procs", "812\n");
  write("systemd/system.slice/crond.service/cgroup.procs", "815\n");
  write("systemd/user.slice/user-0.slice/session-1.scope/tasks", "900\n");
  write("memory" + unit + "/memory.usage_in_bytes", "5242880\n");
  write("memory/user.slice/memory.usage_in_bytes", "123\n");
  write("cpu,cpuacct" + unit + "/cpuacct.usage", "7000500\n");
  write("cpu,cpuacct" + unit + "/cpu.shares", "1024\n");
  write("cpu,cpuacct/system.slice/crond.service/cpuacct.usage", "9000\n");
  for (const char* name : {"cpu", "cpuacct"}) {
    std::filesystem::create_symlink("cpu,cpuacct", root_ + "/sys/fs/cgroup/" + name);
  }
  // Without accounting a unit has no group of its own there, and nothing is guessed.
  EXPECT_THAT(read(), UnorderedElementsAre("sshd.service 5242880 7000", "crond.service - 9"));
  std::filesystem::remove(root_ + "/sys/fs/cgroup/cpuacct");
  EXPECT_THAT(read(), UnorderedElementsAre("sshd.service 5242880 7000", "crond.service - 9"))
      << "found without the link";
}

// Amazon Linux 1 and the like mount each controller alone.
TEST_F(ServiceGroupsTest, ReadsVersion1WithSingleMounts) {
  const std::string unit = "/system.slice/system-foo.slice/foo@1.service";
  write("systemd" + unit + "/cgroup.procs", "1\n");
  write("memory" + unit + "/memory.usage_in_bytes", "300\n");
  write("cpuacct" + unit + "/cpuacct.usage", "7000\n");
  write("cpu" + unit + "/cpu.shares", "1024\n");
  EXPECT_THAT(read(), UnorderedElementsAre("foo@1.service 300 7"));
}

// Debian 10, Ubuntu 20.04: controllers of version 1, and beside them version 2 with none.
TEST_F(ServiceGroupsTest, ReadsTheHybridOfBoth) {
  write("unified/cgroup.controllers", "\n");
  const std::string unit = "/system.slice/nginx.service";
  write("systemd" + unit + "/cgroup.procs", "1\n");
  write("unified" + unit + "/cgroup.procs", "1\n");
  write("unified" + unit + "/cpu.stat", "usage_usec 41\nuser_usec 1\nsystem_usec 2\n");
  write("memory" + unit + "/memory.usage_in_bytes", "300\n");
  write("cpuacct/cpuacct.usage", "5\n");
  EXPECT_THAT(read(), UnorderedElementsAre("nginx.service 300 41"))
      << "version 2 counts processors also without their controller";
  write("cpuacct" + unit + "/cpuacct.usage", "77000\n");
  EXPECT_THAT(read(), UnorderedElementsAre("nginx.service 300 77"));
}

// `cgroup_no_v1=memory`: the controller is on the other side.
TEST_F(ServiceGroupsTest, ReadsAControllerThatWasMoved) {
  write("unified/cgroup.controllers", "memory\n");
  write("systemd/system.slice/a.service/cgroup.procs", "1\n");
  write("unified/system.slice/a.service/memory.current", "4096\n");
  EXPECT_THAT(read(), UnorderedElementsAre("a.service 4096 -"));
}

TEST_F(ServiceGroupsTest, SaysNothingWhereNothingIsCounted) {
  EXPECT_THAT(read(), IsEmpty());
  write("memory/memory.usage_in_bytes", "5\n");
  EXPECT_THAT(read(), IsEmpty());
  write("systemd/system.slice/a.service/cgroup.procs", "1\n");
  write("memory/system.slice/a.service/memory.usage_in_bytes", "lots\n");
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(ServiceGroupsTest, TakesAnyNameAsBytes) {
  write("cgroup.controllers", "memory\n");
  const std::string name = "we\x1b[2Jb\n-$(reboot)-{{x}}\xff.service";
  group("system.slice/" + name, 1, 2);
  EXPECT_THAT(read(), UnorderedElementsAre(name + " 1 2"));
}

TEST_F(ServiceGroupsTest, IsBoundedInNumberAndDepth) {
  write("cgroup.controllers", "memory\n");
  for (std::size_t i = 0; i < kServicesMax + 10; ++i) {
    write("system.slice/" + std::to_string(i) + ".service/memory.current", "1\n");
  }
  const ServiceReadings many = ServiceGroups(root_).read();
  EXPECT_EQ(many.services.size(), kServicesMax);
  EXPECT_TRUE(many.is_cut);
  std::filesystem::remove_all(root_ + "/sys/fs/cgroup/system.slice");
  std::string path = "a.slice";
  for (unsigned depth = 1; depth <= kSliceDepthMax + 1; ++depth) {
    write(path + "/at" + std::to_string(depth) + ".service/memory.current", "1\n");
    path += "/b.slice";
  }
  const ServiceReadings deep = ServiceGroups(root_).read();
  EXPECT_EQ(deep.services.size(), kSliceDepthMax);
  EXPECT_FALSE(deep.is_cut);
}

TEST_F(ServiceGroupsTest, FollowsNoSliceThatIsALink) {
  write("cgroup.controllers", "memory\n");
  group("system.slice/a.service", 1, 2);
  std::filesystem::create_directory_symlink(".", root_ + "/sys/fs/cgroup/loop.slice");
  EXPECT_THAT(read(), UnorderedElementsAre("a.service 1 2"));
}

TEST_F(ServiceGroupsTest, KnowsAStartByTheGroupsNumber) {
  write("cgroup.controllers", "memory\n");
  group("system.slice/a.service", 1, 2);
  group("system.slice/b.service", 1, 2);
  const auto services = ServiceGroups(root_).read().services;
  ASSERT_EQ(services.size(), 2U);
  EXPECT_NE(services[0].group, services[1].group);
  EXPECT_EQ(ServiceGroups(root_).read().services, services);
}

TEST(CpuStatTest, ReadsTheLineAndNothingElse) {
  EXPECT_EQ(read_cpu_usec("usage_usec 12\nuser_usec 3\n"), 12U);
  EXPECT_EQ(read_cpu_usec("user_usec 3\nusage_usec 12\n"), 12U);
  for (const char* text : {"", "usage_usec 12", "usage_usec x\n", "usage_usec -1\n", "usage 12\n",
                           "usage_usec 99999999999999999999\n"}) {
    EXPECT_FALSE(read_cpu_usec(text).has_value()) << text;
  }
  EXPECT_EQ(read_one_number("5\n"), 5U);
  for (const char* text : {"", "5", "max\n", "5 6\n", "99999999999999999999\n"}) {
    EXPECT_FALSE(read_one_number(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mainstay::agent
