#include "agent/collect/report/report_json.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

SourceReport sample() {
  SourceReport report;
  report.source = Source::Backup;
  report.at = wall_from_ms(1'700'000'000'000);
  report.facts = {{.fact = Fact::BackupAge, .value = 7200}};
  report.findings = {{.topic = Topic::Backup,
                      .judgement = Judgement::Refuted,
                      .subject = "orders-db",
                      .text = "older than its 26 h",
                      .at = wall_from_ms(1'600'000'000'000),
                      .readings = {{.measure = Measure::AgeSeconds, .value = -3}}}};
  return report;
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  ASSERT_NE(text.find(from), std::string::npos) << from << " in " << text;
  text.replace(text.find(from), from.size(), to);
}

std::string many_measures() {
  std::string text = R"("age_seconds":-3)";
  for (std::size_t i = 0; i < kReadingsMax; ++i) text += R"(,"moon)" + std::to_string(i) + R"(":1)";
  return text;
}

TEST(ReportJsonTest, ReadsWhatItWrote) {
  const auto read = read_report(write_report(sample()));
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->source, Source::Backup);
  EXPECT_EQ(read->at, sample().at);
  ASSERT_EQ(read->facts.size(), 1U);
  EXPECT_EQ(read->facts[0].fact, Fact::BackupAge);
  EXPECT_EQ(read->facts[0].value, 7200);
  ASSERT_EQ(read->findings.size(), 1U);
  const Finding& finding = read->findings[0];
  EXPECT_EQ(finding.judgement, Judgement::Refuted);
  EXPECT_EQ(finding.subject, "orders-db");
  EXPECT_EQ(finding.text, "older than its 26 h");
  EXPECT_EQ(finding.at, sample().findings[0].at);
  EXPECT_EQ(reading_of(finding, Measure::AgeSeconds), -3);
}

TEST(ReportJsonTest, CarriesTheListOfPackages) {
  SourceReport report = sample();
  EXPECT_EQ(write_report(report).find("packages"), std::string::npos);
  PackageList list{.release = "debian:12", .sees_processes = true, .packages = {}};
  for (int i = 0; i < 8000; ++i) {
    list.packages.push_back({.name = "package" + std::to_string(i),
                             .version = "1:2.3.4-5+deb12u1",
                             .listening = {"process-" + std::to_string(i)}});
  }
  report.packages = package_list_text(list);
  const std::string text = write_report(report);
  EXPECT_LE(text.size(), kReportJsonBytesMax);
  const auto read = read_report(text);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->packages, report.packages);
}

TEST(ReportJsonTest, IsRefusedForAListThatIsNone) {
  SourceReport report = sample();
  report.packages = "packages 1 debian:12 all\nopenssl 3.0.15-1\n";
  ASSERT_TRUE(read_report(write_report(report)).has_value());
  report.packages = "packages 1 debian:12 all\nopenssl \x1b[2J\n";
  const auto read = read_report(write_report(report));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().detail, "report: package list:2: not a package");
  std::string text = write_report(sample());
  replace(text, R"("omitted":0)", R"("omitted":0,"packages":[])");
  EXPECT_FALSE(read_report(text).has_value());
}

TEST(ReportJsonTest, IsOneLineOfAsciiWhateverItSays) {
  SourceReport report = sample();
  report.findings[0].subject = "\u20ac \xff \x1b[2J \"quoted\" \n";
  const std::string text = write_report(report);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  for (const char c : text.substr(0, text.size() - 1)) EXPECT_TRUE(c >= ' ' && c <= '~');
  const auto read = read_report(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->findings[0].subject, "\u20ac \\xff \\x1b[2J \"quoted\" \\x0a");
}

TEST(ReportJsonTest, EscapesWhatAForgedReportSays) {
  std::string text = write_report(sample());
  replace(text, "orders-db", R"(orders\u001b[2J)");
  const auto read = read_report(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->findings[0].subject, "orders\\x1b[2J");
}

TEST(ReportJsonTest, LeavesOutAMeasureOfANewerCollector) {
  std::string text = write_report(sample());
  replace(text, R"("age_seconds":-3)", R"("age_seconds":-3,"moon_phases":7)");
  const auto read = read_report(text);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  ASSERT_EQ(read->findings.size(), 1U);
  ASSERT_EQ(read->findings[0].readings.size(), 1U);
  EXPECT_EQ(reading_of(read->findings[0], Measure::AgeSeconds), -3);
}

TEST(ReportJsonTest, LeavesOutAFactOfANewerCollector) {
  std::string text = write_report(sample());
  replace(text, R"("backup.age":7200)", R"("backup.age":7200,"moon.age":7)");
  const auto read = read_report(text);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  ASSERT_EQ(read->facts.size(), 1U);
  EXPECT_EQ(read->facts[0].fact, Fact::BackupAge);
}

TEST(ReportJsonTest, RefusesWhatIsNotAsItShouldBe) {
  const std::string good = write_report(sample());
  EXPECT_FALSE(read_report("").has_value());
  EXPECT_FALSE(read_report("[]").has_value());
  EXPECT_FALSE(read_report(std::string(100'000, '[')).has_value());
  EXPECT_FALSE(read_report(good.substr(0, good.size() / 2)).has_value());
  EXPECT_FALSE(read_report(std::string(kReportJsonBytesMax + 1, ' ')).has_value());
  const std::vector<std::pair<std::string, std::string>> changes = {
      {R"("schema":1)", R"("schema":2)"},
      {R"("source":"backup")", R"("source":"moon")"},
      {R"("backup.age":7200)", R"("backup.moon":"full")"},
      {R"(7200)", R"(18446744073709551615)"},
      {R"("judgement":"refuted")", R"("judgement":"fine")"},
      {R"("at":1600000000)", R"("at":-1)"},
      {R"("at":1600000000)", R"("at":1e300)"},
      {R"("at":1600000000)", R"("at":253402300800)"},
      {R"("omitted":0)", R"("omitted":-1)"},
      {R"("age_seconds":-3)", R"("age_seconds":"old")"},
      {R"("age_seconds":-3)", R"("moon_phases":"full")"},
      {R"("age_seconds":-3)", many_measures()},
      {R"("text":"older)", R"("texts":"older)"},
  };
  for (const auto& [from, to] : changes) {
    std::string text = good;
    replace(text, from, to);
    EXPECT_FALSE(read_report(text).has_value()) << to;
  }
}

}  // namespace
}  // namespace mainstay::agent
