// What becomes of the parts that the executor's probe printed: lost, doubled, hostile, too long;
// and of a helper that ended in each way.
#include "agent/shell/sources.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/collect/report/report_json.h"

namespace mainstay::agent {
namespace {

using testing::HasSubstr;

struct NoLog : Log {
  void event(Level, std::string_view, std::initializer_list<Field>) override {}
};

class SourcesTest : public testing::Test {
 protected:
  /// A report of several parts: quotes take two bytes each.
  static std::vector<Part> report(const std::string& subject) {
    SourceReport made{.source = Source::Usage,
                      .at = wall_from_ms(1'700'000'000'000),
                      .facts = {},
                      .findings = {},
                      .omitted = 0};
    for (std::size_t i = 0; i < kFindingsMax; ++i) {
      made.findings.push_back({.topic = Topic::Usage,
                               .judgement = Judgement::Proved,
                               .subject = subject + std::to_string(i),
                               .text = std::string(kFindingTextBytesMax, '"'),
                               .at = made.at,
                               .readings = {}});
    }
    auto parts = split(as_bytes(write_report(std::move(made))));
    EXPECT_GT(parts.size(), 1U);
    return parts;
  }
  std::optional<SourceLooked> take(Part part, Source source = Source::Usage) {
    return sources_.take({.source = source, .refusal = {}, .part = std::move(part)});
  }
  /// What the last part brought; none may bring anything before.
  std::optional<SourceLooked> take_all(std::vector<Part> parts, Source source = Source::Usage) {
    std::optional<SourceLooked> last;
    for (Part& part : parts) {
      EXPECT_FALSE(last);
      last = take(std::move(part), source);
    }
    return last;
  }

  loop::Loop loop_;
  AgentConfig config_;
  NoLog log_;
  Sources sources_{loop_, config_, log_};
};

TEST_F(SourcesTest, ALookThatWasEndedForItsTimeIsAnOverrunAndNoOther) {
  using End = loop::ProcessResult::End;
  const auto looked = [&](End end, int code) {
    return sources_.ended(
        Source::Usage,
        {.end = end, .code = code, .output = {}, .error_output = {}, .output_cut = false});
  };
  EXPECT_TRUE(looked(End::TimedOut, 9).is_overrun);
  EXPECT_EQ(looked(End::TimedOut, 9).failure, "took too long");
  // It waits in the kernel for a file system that does not answer.
  EXPECT_TRUE(looked(End::Lost, 0).is_overrun);
  EXPECT_EQ(looked(End::Lost, 0).failure, "took too long and cannot be ended");
  EXPECT_FALSE(looked(End::Exited, 3).is_overrun);
  EXPECT_EQ(looked(End::Exited, 3).failure, "ended with 3: ");
  EXPECT_FALSE(looked(End::Signalled, 11).is_overrun);
}

TEST_F(SourcesTest, PutsPartsTogetherInAnyOrderThoughTheyComeTwice) {
  auto parts = report("a");
  std::ranges::reverse(parts);
  parts.insert(parts.begin(), parts.front());
  const auto looked = take_all(std::move(parts));
  ASSERT_TRUE(looked && looked->report) << (looked ? looked->failure : "nothing");
  EXPECT_EQ(looked->source, Source::Usage);
  EXPECT_GT(looked->report->findings.size(), 100U);
}

TEST_F(SourcesTest, ALostPartIsForgottenWithTheNextLook) {
  auto lost = report("a");
  lost.pop_back();
  EXPECT_FALSE(take_all(std::move(lost)));
  const auto looked = take_all(report("b"));
  ASSERT_TRUE(looked && looked->report);
  EXPECT_TRUE(looked->report->findings[0].subject.starts_with("b"));
}

TEST_F(SourcesTest, ALostPartIsForgottenWithItsExecutor) {
  auto parts = report("a");
  EXPECT_FALSE(take(parts.front()));
  sources_.forget_parts();
  parts.erase(parts.begin());
  EXPECT_FALSE(take_all(std::move(parts)));
}

TEST_F(SourcesTest, SourcesDoNotMix) {
  const auto usage = report("a");
  EXPECT_FALSE(take(usage.front(), Source::Usage));
  EXPECT_FALSE(take(usage.back(), Source::Patch));
}

TEST_F(SourcesTest, WhatIsNoReportIsAFailure) {
  const auto looked = take(split(as_bytes(std::string_view("$(reboot)\x1b[2J"))).front());
  ASSERT_TRUE(looked);
  EXPECT_FALSE(looked->report);
  EXPECT_FALSE(looked->failure.empty());
}

TEST_F(SourcesTest, AnAnswerToAnotherQuestionIsAFailure) {
  const auto looked = take_all(report("a"), Source::Backup);
  ASSERT_TRUE(looked);
  EXPECT_FALSE(looked->report);
  EXPECT_EQ(looked->failure, "answered to another question");
}

TEST_F(SourcesTest, PartsThatContradictThemselvesAreAFailure) {
  auto outside = report("a").front();
  outside.index = outside.count;
  EXPECT_THAT(take(outside).value_or(SourceLooked{}).failure, HasSubstr("out of range"));
  auto forged = report("a");
  forged.back().bytes.back() ^= std::byte{1};
  const auto looked = take_all(std::move(forged));
  ASSERT_TRUE(looked);
  EXPECT_FALSE(looked->report);
  EXPECT_THAT(looked->failure, HasSubstr("digest"));
  const auto after = take_all(report("a"));
  EXPECT_TRUE(after && after->report) << "nothing is left of it";
}

TEST_F(SourcesTest, TooMuchIsAFailureAtOnce) {
  const auto parts = split(Bytes(kReportJsonBytesMax + 2 * kPartBytesMax, std::byte{'x'}));
  std::size_t taken = 0;
  std::optional<SourceLooked> looked;
  while (!looked && taken < parts.size()) looked = take(parts[taken++]);
  ASSERT_TRUE(looked) << "all of it was kept, or nobody was told";
  EXPECT_THAT(looked->failure, HasSubstr("exceed the limit"));
  EXPECT_LE(taken, kReportJsonBytesMax / kPartBytesMax + 1);
}

}  // namespace
}  // namespace mainstay::agent
