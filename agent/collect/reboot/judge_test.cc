#include "agent/collect/reboot/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::HasSubstr;
using State = Needrestart::State;

constexpr const char* kKernel = "kernel 6.1.0-40 runs, 6.1.0-41 is installed";
constexpr const char* kDbus = "dbus.service: dbus-daemon runs replaced /usr/lib/libc.so.6";

RebootEvidence quiet() {
  RebootEvidence evidence;
  evidence.kernel_running = "6.1.0-40";
  evidence.sees_all = true;
  return evidence;
}
SourceReport judged(const RebootEvidence& evidence) {
  SourceReport report;
  judge_reboot(evidence, report);
  return report;
}
std::optional<std::int64_t> fact(const SourceReport& report, Fact wanted) {
  for (const auto& reading : report.facts) {
    if (reading.fact == wanted) return reading.value;
  }
  return std::nullopt;
}
Needrestart says(State kernel, std::vector<std::string> services = {}) {
  Needrestart word;
  word.kernel = kernel;
  word.kernel_expected = "6.1.0-41";
  word.services = std::move(services);
  return word;
}
restart::OldCode ssh() {
  return {.pid = 12, .process = "sshd", .file = "/usr/lib/libssl.so.3", .unit = "ssh.service"};
}

TEST(JudgeRebootTest, NothingToFindIsProvedOnlyByWhoSeesAll) {
  RebootEvidence evidence = quiet();
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::Proved);
  EXPECT_EQ(fact(judged(evidence), Fact::RebootNeeded), 0);
  EXPECT_EQ(fact(judged(evidence), Fact::ServiceOldCode), 0);
  evidence.sees_all = false;
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::NotProved);
  EXPECT_THAT(judged(evidence).findings[0].text, HasSubstr("needs root"));
  EXPECT_TRUE(judged(evidence).facts.empty());
}

TEST(JudgeRebootTest, ANewerKernelIsAReasonEvenForWhoSeesLittle) {
  RebootEvidence evidence = quiet();
  evidence.kernel_reason = kKernel;
  evidence.sees_all = false;
  const SourceReport report = judged(evidence);
  EXPECT_EQ(report.findings[0].judgement, Judgement::Refuted);
  EXPECT_EQ(report.findings[0].text, std::string("needed: ") + kKernel);
  EXPECT_EQ(fact(report, Fact::RebootNeeded), 1);
  EXPECT_EQ(fact(report, Fact::ServiceOldCode), std::nullopt);
}

TEST(JudgeRebootTest, ALivepatchTakesTheHasteOutOfAKernelButNotOutOfOldCode) {
  RebootEvidence evidence = quiet();
  evidence.kernel_reason = kKernel;
  evidence.livepatches = {"klp_1"};
  EXPECT_THAT(judged(evidence).findings[0].text,
              HasSubstr("needed, not urgent (livepatch klp_1 is active): kernel"));
  evidence.code_reasons = {kDbus};
  EXPECT_THAT(judged(evidence).findings[0].text, testing::StartsWith("needed: "));
}

TEST(JudgeRebootTest, PackagesThatAskWithoutAReasonOfOursAreNotProved) {
  RebootEvidence evidence = quiet();
  evidence.mark = "/run/reboot-required";
  evidence.mark_packages = {"intel-microcode"};
  SourceReport report = judged(evidence);
  EXPECT_EQ(report.findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(report.findings[0].text,
            "/run/reboot-required is there by intel-microcode, own reading finds no reason");
  EXPECT_EQ(fact(report, Fact::RebootNeeded), std::nullopt);
  evidence.kernel_reason = kKernel;
  report = judged(evidence);
  EXPECT_EQ(report.findings[0].judgement, Judgement::Refuted);
  EXPECT_THAT(report.findings[0].text, HasSubstr("; asked by intel-microcode"));
}

TEST(JudgeRebootTest, NeedrestartAndOurReadingMustAgreeOnTheKernel) {
  RebootEvidence evidence = quiet();
  evidence.needrestart = says(State::Newer);
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(judged(evidence).findings[0].text,
            "needrestart expects kernel 6.1.0-41, own reading finds none newer than 6.1.0-40");
  evidence.kernel_reason = kKernel;
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::Refuted);
  evidence.needrestart = says(State::Current);
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::NotProved);
  EXPECT_THAT(judged(evidence).findings[0].text, HasSubstr("but needrestart calls"));
  evidence.code_reasons = {kDbus};
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::Refuted) << "one is undisputed";
  EXPECT_EQ(judged(evidence).findings[0].text, std::string("needed: ") + kDbus);
}

TEST(JudgeRebootTest, AnUnknownKernelStateSaysNothing) {
  RebootEvidence evidence = quiet();
  evidence.needrestart = says(State::Unknown);
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::Proved);
  evidence.kernel_reason = kKernel;
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::Refuted);
}

TEST(JudgeRebootTest, MicrocodeThatOnlyNeedrestartSeesIsNotProved) {
  RebootEvidence evidence = quiet();
  evidence.needrestart = says(State::Current);
  evidence.needrestart->is_microcode_pending = true;
  EXPECT_EQ(judged(evidence).findings[0].judgement, Judgement::NotProved);
}

TEST(JudgeRebootTest, AServiceOnAReplacedFileIsNamedWithProcessFileAndPackage) {
  RebootEvidence evidence = quiet();
  evidence.old = {ssh()};
  evidence.packages = {{"/usr/lib/libssl.so.3", "libssl3"}};
  const SourceReport report = judged(evidence);
  ASSERT_EQ(report.findings.size(), 2U);
  const Finding& finding = report.findings[1];
  EXPECT_EQ(finding.topic, Topic::Service);
  EXPECT_EQ(finding.judgement, Judgement::Refuted);
  EXPECT_EQ(finding.subject, "ssh.service");
  EXPECT_EQ(finding.text, "sshd runs replaced /usr/lib/libssl.so.3 of libssl3");
  EXPECT_EQ(reading_of(finding, Measure::Pid), 12);
  EXPECT_EQ(fact(report, Fact::ServiceOldCode), 1);
}

TEST(JudgeRebootTest, ServicesOnWhichTheTwoDisagreeAreNotProved) {
  RebootEvidence evidence = quiet();
  evidence.old = {ssh()};
  evidence.needrestart = says(State::Current, {"cron.service"});
  const SourceReport report = judged(evidence);
  ASSERT_EQ(report.findings.size(), 3U);
  EXPECT_EQ(report.findings[1].judgement, Judgement::NotProved);
  EXPECT_THAT(report.findings[1].text, HasSubstr("but needrestart does not say so"));
  EXPECT_EQ(report.findings[2].subject, "cron.service");
  EXPECT_EQ(report.findings[2].judgement, Judgement::NotProved);
  EXPECT_EQ(fact(report, Fact::ServiceOldCode), std::nullopt);
  evidence.needrestart = says(State::Current, {"ssh.service"});
  EXPECT_EQ(judged(evidence).findings[1].judgement, Judgement::Refuted);
  EXPECT_EQ(fact(judged(evidence), Fact::ServiceOldCode), 1);
}

TEST(JudgeRebootTest, SessionsAreCountedAndAFailedSecondOpinionIsSaid) {
  RebootEvidence evidence = quiet();
  evidence.old = {ssh(), ssh()};
  evidence.old[0].unit = evidence.old[1].unit = "";
  evidence.needrestart_failure = "no end within 60 s";
  const SourceReport report = judged(evidence);
  ASSERT_EQ(report.findings.size(), 3U);
  EXPECT_EQ(report.findings[1].subject, "processes of no service");
  EXPECT_EQ(reading_of(report.findings[1], Measure::Count), 2);
  EXPECT_EQ(report.findings[2].judgement, Judgement::NotProved);
}

}  // namespace
}  // namespace mainstay::agent
