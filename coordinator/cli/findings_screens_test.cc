// What hosts found in themselves on screens, and needs put off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/loop/clock.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/render.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kReport = R"({"source":"backup","total":4,"undecided":1,"cut":false,
  "not_known":["web-3"],"hosts":[
  {"host":"web-1","owner":"web","findings":[
    {"topic":"backup","judgement":"proved","subject":"crm","text":"fine","age_seconds":60,
     "deadline_at":"2026-11-18T10:00:00Z","deadline_seconds":82740,"deadline_of":"rpo","readings":{}}]},
  {"host":"web-2","owner":"-","findings":[
    {"topic":"backup","judgement":"refuted","subject":"or\u001b[2Jders","text":"too old","age_seconds":0,
     "deadline_at":"2026-11-18T10:00:00Z","deadline_seconds":-3600,"deadline_of":"prove_every","readings":{}},
    {"topic":"disk","judgement":"not proved","subject":"","text":"no answer","age_seconds":5,
     "deadline_at":"2026-11-28T10:00:00Z","deadline_seconds":863995,"deadline_of":"full","readings":{}}]},
  {"host":"web-4","owner":"web","findings":[
    {"topic":"certificate","judgement":"refuted","subject":"a","text":"ends","age_seconds":0,
     "deadline_at":"2026-11-18T10:00:00Z","deadline_seconds":5,"deadline_of":"expires","readings":{}}]}]})";

TEST(ReportScreenTest, PutsTheWorstFirstWithDeadlinesAndTotalsThatAddUp) {
  const std::string text = render_report(answer_of(kReport));
  EXPECT_LT(text.find("web-2"), text.find("web-1"));
  EXPECT_THAT(text, HasSubstr("60 m over (restore)"));
  EXPECT_THAT(text, HasSubstr("in 22 h"));
  EXPECT_THAT(text, HasSubstr("full in 9 d"));
  EXPECT_THAT(text, HasSubstr("2026-11-18"));
  EXPECT_THAT(text, HasSubstr("backup: 2 refuted, 1 not proved, 1 proved\n"));
  EXPECT_THAT(text, HasSubstr("4 hosts = 3 told of it + 1 did not, 1 more undecided"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(ReportScreenTest, OfAnOlderCentreItReckonsDeadlinesByReadings) {
  const auto deadline = [](const char* readings) {
    return deadline_text(
        answer_of(std::string(R"({"age_seconds":3600,"readings":)") + readings + "}"));
  };
  EXPECT_EQ(deadline(R"({"limit_seconds":10800,"age_seconds":3600})"), "in 60 m");
  EXPECT_EQ(deadline(R"({"limit_seconds":3600,"age_seconds":7200})"), "2 h over");
  EXPECT_EQ(deadline(R"({"full_in_seconds":864000})"), "full in 9 d");
  EXPECT_EQ(deadline(R"({"expires_at_seconds":1795132800})"), "2026-11-20");
  EXPECT_EQ(deadline("{}"), "-");
}

TEST(ReportScreenTest, OfPatchesItNamesWhatMustGoFirst) {
  const std::string text = render_report(answer_of(
      R"({"source":"patch","total":1,"not_known":[],"hosts":[{"host":"web-1","owner":"web",
  "vulnerabilities":{"first":{"id":"CVE-2026-18822","exploited":true,"package":"nginx","fixed":"2",
  "remedy":"reachable","since_seconds":345600,"allowed_seconds":259200}},"findings":[
  {"topic":"patch","judgement":"refuted","subject":"apt","text":"2 open","age_seconds":60,
   "deadline_at":"2026-11-18T10:00:00Z","deadline_seconds":864000,"deadline_of":"patch",
   "readings":{"count":2}}]}]})"));
  EXPECT_THAT(text, HasSubstr("FIRST TO MEND"));
  EXPECT_THAT(text, HasSubstr("4 d of 3 d: CVE-2026-18822 nginx (fix 2, exploited)"));
}

TEST(StatusScreenTest, SaysWhatIsInTimeAndNeverRoundsUpToAll) {
  const auto proved = [](int in_time) {
    return render_status(answer_of(R"({"fleet":"f","proved":{"patch":{"hosts":9,"proved":1,)"
                                   R"("total":2000,"in_time":)" +
                                   std::to_string(in_time) + R"(,"late":)" +
                                   std::to_string(2000 - in_time) +
                                   R"(},"backup":{"sets":61,"in_rpo":58,"to_prove":60,)"
                                   R"("restore_proved":49},"certificate":{"hosts":0}}})"));
  };
  EXPECT_THAT(proved(1999),
              HasSubstr("security patches 99.9 % in time (1 late) · backups 58 of 61 in RPO, "
                        "49 of 60 restore-proved in time\n"));
  EXPECT_THAT(proved(2000), HasSubstr("security patches 100 % in time · "));
}

TEST(StatusScreenTest, WhatIsNotKnownIsNotLate) {
  const auto proved = [](const std::string& patch) {
    return render_status(answer_of(R"({"fleet":"f","proved":{"patch":)" + patch + "}}"));
  };
  EXPECT_THAT(proved(R"({"hosts":6,"proved":0,"total":6,"in_time":0,"late":0,"not_known":6})"),
              HasSubstr("PROVED           security patches in time: not known of 6 hosts\n"));
  EXPECT_THAT(proved(R"({"total":1,"not_known":1,"named_by_scanners":1})"),
              HasSubstr("not known of 1 host, a scanner names 1 of them\n"));
  EXPECT_THAT(proved(R"({"total":4,"in_time":0,"late":1,"not_known":3})"),
              HasSubstr("security patches 0.0 % in time (1 late, 3 not known)\n"));
  EXPECT_THAT(proved(R"({"total":6,"in_time":0})"), HasSubstr("not known of 6 hosts\n"))
      << "an older coordinator says no more";
  EXPECT_THAT(proved(R"({"total":4,"in_time":3})"), HasSubstr("75.0 % in time (1 not known)\n"));
  EXPECT_THAT(proved(R"({"total":4,"in_time":3,"not_known":1,"named_by_scanners":1})"),
              HasSubstr("75.0 % in time (1 not known, a scanner names 1 of them)\n"));
}

TEST(ReportScreenTest, NothingIsToldByTotalsAlone) {
  EXPECT_EQ(render_report(answer_of(R"({"source":"usage","total":0,"hosts":[],"not_known":[]})")),
            "usage: 0 refuted, 0 not proved, 0 proved\n0 hosts = 0 told of it + 0 did not\n");
}

TEST(HostFindingsTest, HasALineForEachAndSaysWhatIsLeftOut) {
  std::string findings;
  for (int i = 0; i < 15; ++i) {
    findings +=
        std::string(i == 0 ? "" : ",") +
        R"({"topic":"usage","judgement":"proved","subject":"s","text":"t","age_seconds":1})";
  }
  const std::string text = render_findings(
      answer_of(R"({"host":"web-1","findings":[{"source":"usage","omitted":2,"findings":[)" +
                findings + "]}]}"));
  EXPECT_THAT(text, HasSubstr("ok"));
  EXPECT_THAT(text, HasSubstr("USAGE"));
  EXPECT_THAT(text, HasSubstr("11 more of usage: mainstay host show web-1 -o json"));
  EXPECT_EQ(render_findings(answer_of(R"({"host":"web-1","findings":[]})")), "");
}

constexpr std::string_view kHosts = R"({"total":3,"matched":3,"undecided":[],"hosts":[
  {"host":"a","state":"live","labels":{"region":"eu"},"facts":{"backup.age":7200,"cpu.count":8}},
  {"host":"b","state":"live","labels":{"region":"us"},"facts":{"cpu.count":16}},
  {"host":"c","state":"live","labels":{},"facts":{"backup.age":60,"cpu.count":4}}]})";

TEST(HostListTest, ShowsTheColumnsThatWereAskedFor) {
  const ListForm form{.columns = {"region", "backup.age"}, .sort = ""};
  const std::string text = render_hosts(answer_of(kHosts), "", form);
  EXPECT_THAT(text, HasSubstr("HOST  STATE  region  backup.age\n"));
  EXPECT_THAT(text, HasSubstr("a     live   eu      2 h\n"));
  EXPECT_THAT(text, HasSubstr("b     live   us      -\n"));
}

TEST(HostListTest, SortsNumbersAsNumbersAndWhatIsNotKnownLast) {
  const auto order = [](const std::string& sort) {
    const ListForm form{.columns = {"cpu.count"}, .sort = sort};
    const std::string text = render_hosts(answer_of(kHosts), "", form);
    std::string names;
    for (std::size_t at = text.find('\n'); at + 1 < text.size() && text[at + 1] != '\n';
         at = text.find('\n', at + 1)) {
      names += text[at + 1];
    }
    return names;
  };
  EXPECT_EQ(order("cpu.count"), "cab");
  EXPECT_EQ(order("-cpu.count"), "bac");
  EXPECT_EQ(order("backup.age"), "cab");
  EXPECT_EQ(order("-backup.age"), "acb");
  EXPECT_EQ(order("region"), "abc");
}

TEST(HostListTest, NamesThatNothingHasAreToldWithWhatWasMeant) {
  const ListForm form{.columns = {"region", "backup.agee", "rack", "usage.cleanable"},
                      .sort = "-regoin"};
  const std::vector<std::string> unknown = unknown_names(answer_of(kHosts), form);
  ASSERT_EQ(unknown.size(), 3U);
  EXPECT_THAT(unknown[0], HasSubstr("`backup.agee` is no fact"));
  EXPECT_THAT(unknown[0], HasSubstr("did you mean backup.age?"));
  EXPECT_THAT(unknown[1], HasSubstr("`rack`"));
  EXPECT_THAT(unknown[2], HasSubstr("`regoin`"));
  EXPECT_TRUE(unknown_names(answer_of(R"({"hosts":[]})"), form).empty());
}

class SnoozeTest : public ::testing::Test {
 protected:
  SnoozeTest() {
    centre_.answers[{View::Fleet, ""}] = to_bytes(std::string_view(
        R"({"needs":[{"id":"N-7","cause":"finding/disk//","hosts":2,"urgency":"!","hosts_named":["web-1","web-2"]}],"snoozed":[]})"));
  }
  Result<Verdict> snoozed(std::map<std::string, std::vector<std::string>> values) {
    const Invocation call{.command = {}, .values = std::move(values), .flags = {}};
    Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
    return snooze(session);
  }
  ClientConfig config_;
  FakeCentre centre_;
  TextScreen screen_;
};

TEST_F(SnoozeTest, SignsTheCauseAndHowLargeItIsNow) {
  ASSERT_TRUE(snoozed({{"NEED", {"N-7"}}, {"until", {"4h"}}, {"reason", {"known"}}}));
  ASSERT_EQ(centre_.changes.size(), 1U);
  const auto& need = std::get<SnoozeNeed>(centre_.changes[0]);
  EXPECT_EQ(need.cause, "finding/disk//");
  EXPECT_EQ(need.size, 2U);
  EXPECT_EQ(need.hosts.size(), 2U);
  EXPECT_EQ(need.urgency, 1);
  EXPECT_EQ(need.reason, "known");
  EXPECT_GT(need.until, loop::walltime_now() + std::chrono::hours(3));
}

TEST_F(SnoozeTest, TakesADayAndWakesAtOnce) {
  ASSERT_TRUE(snoozed({{"NEED", {"N-7"}}, {"until", {"2027-02-28"}}, {"reason", {"x"}}}));
  EXPECT_EQ(std::get<SnoozeNeed>(centre_.changes[0]).until, wall_from_ms(1'803'772'800'000));
  ASSERT_TRUE(snoozed({{"NEED", {"N-7"}}, {"until", {"now"}}}));
  EXPECT_EQ(std::get<SnoozeNeed>(centre_.changes[1]).until, WallTime{});
}

TEST_F(SnoozeTest, RefusesWhatIsNoNeedNoEndOrHasNoReason) {
  EXPECT_FALSE(snoozed({{"NEED", {"N-8"}}, {"until", {"4h"}}, {"reason", {"x"}}}));
  EXPECT_FALSE(snoozed({{"NEED", {"N-7"}}, {"until", {"2027-02-29"}}, {"reason", {"x"}}}));
  EXPECT_FALSE(snoozed({{"NEED", {"N-7"}}, {"until", {"2027-2-28x"}}, {"reason", {"x"}}}));
  EXPECT_FALSE(snoozed({{"NEED", {"N-7"}}, {"until", {"soon"}}, {"reason", {"x"}}}));
  EXPECT_FALSE(snoozed({{"NEED", {"N-7"}}, {"until", {"4h"}}}));
  EXPECT_TRUE(centre_.changes.empty());
}

class ReportTest : public SnoozeTest {};

TEST_F(ReportTest, AsksForTheSourceThatKnows) {
  centre_.answers[{View::Findings, "resource region = eu"}] =
      to_bytes(std::string_view(R"({"source":"resource","total":0})"));
  const Invocation call{
      .command = {}, .values = {{"WHAT", {"capacity"}}, {"where", {"region = eu"}}}, .flags = {}};
  Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
  EXPECT_TRUE(report(session));
  EXPECT_THAT(screen_.printed, HasSubstr("resource: 0 refuted"));
}

TEST_F(ReportTest, KnowsTheNearestWord) {
  const Invocation call{.command = {}, .values = {{"WHAT", {"certificat"}}}, .flags = {}};
  Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
  const auto said = report(session);
  ASSERT_FALSE(said);
  EXPECT_THAT(said.error().detail, HasSubstr("did you mean certificate?"));
}

}  // namespace
}  // namespace mainstay::cli
