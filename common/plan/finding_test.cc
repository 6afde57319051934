#include "common/plan/finding.h"

#include <gtest/gtest.h>

namespace mainstay {
namespace {

Finding finding(Judgement judgement, std::string subject, std::string text = "") {
  return {.topic = Topic::Backup,
          .judgement = judgement,
          .subject = std::move(subject),
          .text = std::move(text),
          .at = {},
          .readings = {}};
}

TEST(FindingTest, PutsTheWorstFirst) {
  SourceReport report;
  report.findings = {finding(Judgement::Proved, "a"), finding(Judgement::Refuted, "b"),
                     finding(Judgement::NotProved, "c")};
  tidy(report);
  EXPECT_EQ(report.findings[0].subject, "b");
  EXPECT_EQ(report.findings[1].subject, "c");
  EXPECT_EQ(report.findings[2].subject, "a");
}

TEST(FindingTest, EscapesWhatAHostSays) {
  SourceReport report;
  report.findings = {finding(Judgement::Proved, "a\x1b[2J\xff", "line\nbreak")};
  tidy(report);
  EXPECT_EQ(report.findings[0].subject, "a\\x1b[2J\\xff");
  EXPECT_EQ(report.findings[0].text, "line\\x0abreak");
}

TEST(FindingTest, CutsNeitherCharactersNorEscapes) {
  SourceReport report;
  for (std::size_t lead = 0; lead < 8; ++lead) {
    const std::string before(lead, 'x');
    std::string escapes = before;
    std::string characters = before;
    for (int i = 0; i < 200; ++i) {
      escapes += '\x01';
      characters += "\u20ac";
    }
    report.findings.push_back(finding(Judgement::Proved, escapes, characters));
  }
  tidy(report);
  for (const Finding& made : report.findings) {
    EXPECT_LE(made.subject.size(), kSubjectBytesMax);
    EXPECT_LE(made.text.size(), kFindingTextBytesMax);
    EXPECT_TRUE(made.subject.ends_with("\\x01...")) << made.subject;
    EXPECT_TRUE(made.text.ends_with("\u20ac...")) << made.text;
  }
}

TEST(FindingTest, CountsWhatDoesNotFit) {
  SourceReport report;
  for (std::size_t i = 0; i < 1000; ++i) {
    report.findings.push_back(finding(Judgement::Proved, std::string(100, 's')));
  }
  report.findings.push_back(finding(Judgement::Refuted, "kept"));
  tidy(report);
  EXPECT_EQ(report.findings.size(), kFindingsMax);
  EXPECT_EQ(report.omitted, 1001 - kFindingsMax);
  EXPECT_EQ(report.findings.front().subject, "kept");
  for (Finding& each : report.findings) {
    each.text = std::string(kFindingTextBytesMax, 't');
    each.readings.resize(100);
  }
  tidy(report);
  std::size_t bytes = 0;
  for (const Finding& each : report.findings) bytes += bytes_of(each);
  EXPECT_LE(bytes, kFindingsBytesMax);
  EXPECT_GT(bytes, kFindingsBytesMax - 1024);
}

TEST(FindingTest, FindsAReadingByItsMeasure) {
  Finding made = finding(Judgement::Proved, "a");
  made.readings = {{.measure = Measure::SizeBytes, .value = 7}};
  EXPECT_EQ(reading_of(made, Measure::SizeBytes), 7);
  EXPECT_EQ(reading_of(made, Measure::Count), std::nullopt);
}

}  // namespace
}  // namespace mainstay
