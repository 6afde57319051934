#include "agent/collect/resource/disks/service_findings.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

constexpr std::uint64_t kMachineBytes = 8000UL * 1024 * 1024;

ServiceFigures service_of(const std::string& unit, std::uint32_t mib, std::uint32_t cpu) {
  return {.unit = unit,
          .since_minute = 5,
          .memory_mib = {.now = mib, .hour_p95 = mib + 10, .day_max = 2 * mib + 10},
          .cpu = {.now = cpu, .hour_p95 = cpu, .day_max = cpu}};
}

TEST(ServiceFindingsTest, NameTheHogAndTheBusyOne) {
  SourceReport report;
  add_services({service_of("small.service", 5, 3), service_of("hog.service", 2000, 40),
                service_of("burn.service", 10, 9810), service_of("none.service", 0, 0)},
               kMachineBytes, report);
  ASSERT_EQ(report.findings.size(), 2U);
  const Finding& large = report.findings[0];
  EXPECT_EQ(large.topic, Topic::Memory);
  EXPECT_EQ(large.judgement, Judgement::Proved);
  EXPECT_EQ(large.subject, "hog.service");
  EXPECT_EQ(large.text,
            "1.9 GiB now, p95 of an hour 1.9 GiB, at most 3.9 GiB within a day; then burn.service "
            "20.0 MiB, small.service 15.0 MiB");
  EXPECT_EQ(reading_of(large, Measure::UsedPercent), 25);
  const Finding& busy = report.findings[1];
  EXPECT_EQ(busy.topic, Topic::Machine);
  EXPECT_EQ(busy.subject, "burn.service");
  EXPECT_EQ(busy.text,
            "of a processor: 98 % now, p95 of an hour 98 %, at most 98 % within a day; then "
            "hog.service 0 %, small.service 0 %");
  EXPECT_EQ(reading_of(busy, Measure::UsedPercent), 98);
}

TEST(ServiceFindingsTest, NobodyIsNamedBusyOnAnIdleHost) {
  SourceReport report;
  add_services({service_of("a.service", 5, kBusyMin - 1)}, 0, report);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_TRUE(report.findings[0].readings.empty()) << "of no known size";
  SourceReport none;
  add_services({}, kMachineBytes, none);
  EXPECT_TRUE(none.findings.empty());
}

TEST(ServiceFindingsTest, HostileNamesAreHarmlessAndBounded) {
  SourceReport report;
  std::vector<ServiceFigures> services;
  for (const char* unit : {"a", "b", "c"}) {
    services.push_back(service_of(unit + std::string(250, '\x1b'), 500, 5000));
  }
  add_services(services, kMachineBytes, report);
  ASSERT_EQ(report.findings.size(), 2U);
  tidy(report);
  for (const Finding& finding : report.findings) {
    EXPECT_EQ(finding.text.find('\x1b'), std::string::npos);
    EXPECT_EQ(finding.subject.find('\x1b'), std::string::npos);
    EXPECT_LE(finding.text.size(), kFindingTextBytesMax);
    EXPECT_LE(finding.subject.size(), kSubjectBytesMax);
  }
}

TEST(ServiceFindingsTest, WithoutAHistoryThisHostsMemoryIsTold) {
  for (const ServiceFigures& service : services_now()) {
    EXPECT_FALSE(service.unit.empty());
    EXPECT_EQ(service.cpu, ServiceFigure());
  }
  EXPECT_TRUE(services_now("/no/such/root").empty());
}

}  // namespace
}  // namespace mainstay::agent
