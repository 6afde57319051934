// What the centre is told of facts and findings, and when sources are looked at.
#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "agent/core/agent.h"
#include "common/core/span_text.h"

namespace mainstay::agent {
namespace {

constexpr auto kBackup = static_cast<std::size_t>(Source::Backup);

class TellingTest : public testing::Test {
 protected:
  std::vector<AgentCommand> feed(const AgentEvent& event) {
    return step(state_, event, limits_, Now{.mono = mono_, .wall = wall_}, rng_).commands;
  }
  std::vector<AgentCommand> run_for(Duration span) {
    std::vector<AgentCommand> all;
    const Instant end = mono_ + span;
    while (next_due(state_, limits_) <= end) {
      const Duration wait = std::max(Duration(0), next_due(state_, limits_) - mono_);
      mono_ += wait;
      wall_ += wait;
      for (auto& command : feed(Ticked{})) {
        if (std::holds_alternative<LookNow>(command)) {
          const Duration since = mono_ - fetched_at_;
          looked_.facts[1].value = since.count() / 1000;
          for (auto& more : feed(looked_)) all.push_back(std::move(more));
        }
        all.push_back(std::move(command));
      }
    }
    wall_ += end - mono_;
    mono_ = end;
    return all;
  }
  template <class T>
  static std::vector<T> sent(const std::vector<AgentCommand>& commands) {
    std::vector<T> found;
    for (const auto& command : commands) {
      const auto* order = std::get_if<SendToCentre>(&command);
      if (order == nullptr) continue;
      if (const auto* message = std::get_if<T>(&order->message)) found.push_back(*message);
    }
    return found;
  }
  template <class T>
  static std::vector<T> ordered(const std::vector<AgentCommand>& commands) {
    std::vector<T> found;
    for (const auto& command : commands) {
      if (const auto* order = std::get_if<T>(&command)) found.push_back(*order);
    }
    return found;
  }
  static std::optional<std::int64_t> told(const Report& report, Fact fact) {
    for (const auto& reading : report.facts) {
      if (reading.fact == fact) return reading.value;
    }
    return std::nullopt;
  }
  void settle() {
    feed(Restarted{.agent_version = "1", .boot = {}, .binding = {}, .labels = {}});
    feed(ConnectionUp{});
    run_for(std::chrono::minutes(1));
    feed(CentreSaid{.order = TellAll{}, .frame = {}, .acknowledged = std::nullopt});
    run_for(std::chrono::minutes(1));
  }
  /// From now on there is a source, and it is due.
  void watch_backup() {
    settle();
    limits_.sources[kBackup] = {.interval = std::chrono::minutes(15),
                                .time_max = std::chrono::seconds(30),
                                .asks_root = asks_root_};
    state_.watches[kBackup].look_at = mono_ + std::chrono::seconds(1);
  }
  /// What follows at once, and with the next report.
  std::vector<AgentCommand> feed_and_report(const AgentEvent& event) {
    auto all = feed(event);
    for (auto& command : run_for(std::chrono::seconds(1))) all.push_back(std::move(command));
    return all;
  }
  SourceLooked backup(std::int64_t age, Judgement judgement = Judgement::Proved) const {
    SourceReport report;
    report.source = Source::Backup;
    report.at = wall_;
    report.facts = {{.fact = Fact::BackupAge, .value = age}};
    report.findings = {{.topic = Topic::Backup,
                        .judgement = judgement,
                        .subject = "orders",
                        .text = "",
                        .at = wall_,
                        .readings = {{.measure = Measure::AgeSeconds, .value = age}}}};
    return {.source = Source::Backup, .report = report, .failure = {}};
  }
  SourceLooked failed(bool is_overrun = false) const {
    return {.source = Source::Backup,
            .report = std::nullopt,
            .failure = "no answer",
            .is_overrun = is_overrun};
  }
  void overrun_until_it_rests() {
    watch_backup();
    until_look();
    for (int i = 0; i < 3; ++i) {
      feed(failed(true));
      if (i < 2) until_look();
    }
  }
  /// Runs until the source is looked at.
  Duration until_look() {
    const Instant begin = mono_;
    while (mono_ - begin < std::chrono::hours(48)) {
      if (!ordered<LookAt>(run_for(std::chrono::seconds(1))).empty()) return mono_ - begin;
    }
    return Duration::max();
  }

  AgentState state_;
  AgentLimits limits_;
  Rng rng_{1};
  Instant mono_ = instant_from_ms(1'000'000);
  Instant fetched_at_ = instant_from_ms(900'000);  // the lists of packages
  bool asks_root_ = false;
  WallTime wall_ = wall_from_ms(1'700'000'000'000);
  Looked looked_{.health = Health{},
                 .facts = {{.fact = Fact::PatchSecurity, .value = 3},
                           {.fact = Fact::PatchListsAge, .value = 100},
                           {.fact = Fact::DiskFreePercent, .value = 40}},
                 .os = "debian 12",
                 .architecture = "amd64"};
};

TEST_F(TellingTest, AnUnchangedHostTellsNoFacts) {
  settle();
  const auto reports = sent<Report>(run_for(std::chrono::minutes(10)));
  ASSERT_GE(reports.size(), 50U);
  for (const Report& report : reports) {
    EXPECT_TRUE(report.facts.empty());
    EXPECT_TRUE(report.lost.empty());
    EXPECT_FALSE(report.is_whole);
  }
}

TEST_F(TellingTest, TellsWhatChangedAndNothingElse) {
  settle();
  looked_.facts[0].value = 4;
  looked_.facts.pop_back();
  std::vector<Report> news;
  for (const Report& report : sent<Report>(run_for(std::chrono::minutes(6)))) {
    if (!report.facts.empty() || !report.lost.empty()) news.push_back(report);
  }
  ASSERT_EQ(news.size(), 1U);
  ASSERT_EQ(news[0].facts.size(), 1U);
  EXPECT_EQ(told(news[0], Fact::PatchSecurity), 4);
  EXPECT_EQ(news[0].lost, std::vector<Fact>{Fact::DiskFreePercent});
}

TEST_F(TellingTest, WhatMovesByItselfIsToldOnceItIsOff) {
  settle();
  fetched_at_ = mono_;  // anew
  std::vector<Report> news;
  for (const Report& report : sent<Report>(run_for(std::chrono::minutes(6)))) {
    if (!report.facts.empty()) news.push_back(report);
  }
  ASSERT_GE(news.size(), 1U);
  EXPECT_TRUE(told(news[0], Fact::PatchListsAge).has_value());
  EXPECT_TRUE(told(news[0], Fact::UptimeSeconds).has_value()) << "they are told together";
  EXPECT_FALSE(told(news[0], Fact::PatchSecurity).has_value());
}

TEST_F(TellingTest, NumbersReportsAndFindingsInOneSequence) {
  watch_backup();
  until_look();
  const auto commands = feed_and_report(backup(60));
  std::vector<std::uint64_t> numbers;
  for (const auto& command : commands) {
    const auto* order = std::get_if<SendToCentre>(&command);
    if (order == nullptr) continue;
    if (const auto* report = std::get_if<Report>(&order->message)) {
      numbers.push_back(report->sequence);
    } else if (const auto* found = std::get_if<FindingsMessage>(&order->message)) {
      numbers.push_back(found->sequence);
    }
  }
  ASSERT_EQ(numbers.size(), 2U);
  EXPECT_EQ(numbers[1], numbers[0] + 1);
}

TEST_F(TellingTest, TellsEverythingWhenAsked) {
  watch_backup();
  until_look();
  feed(backup(60));
  run_for(std::chrono::seconds(30));
  feed(CentreSaid{.order = TellAll{}, .frame = {}, .acknowledged = std::nullopt});
  const auto commands = run_for(std::chrono::seconds(10));
  const auto reports = sent<Report>(commands);
  ASSERT_FALSE(reports.empty());
  EXPECT_TRUE(reports[0].is_whole);
  EXPECT_EQ(told(reports[0], Fact::PatchSecurity), 3);
  EXPECT_TRUE(told(reports[0], Fact::BackupAge).has_value());
  const auto findings = sent<FindingsMessage>(commands);
  ASSERT_EQ(findings.size(), kSourceCount) << "of those that are absent, too";
  EXPECT_EQ(findings[kBackup].findings.size(), 1U);
  EXPECT_EQ(findings[0].at, WallTime{});
}

// A centre leaves out what it hears twice within a second, and then asks for everything again.
TEST_F(TellingTest, WhatWasToldJustNowIsToldAgainALittleLater) {
  watch_backup();
  until_look();
  EXPECT_EQ(sent<FindingsMessage>(feed_and_report(backup(60))).size(), 1U);
  const Instant told_at = state_.watches[kBackup].told_at;
  auto commands = feed(CentreSaid{.order = TellAll{}, .frame = {}, .acknowledged = std::nullopt});
  std::vector<Instant> times;
  for (int i = 0; i < 40; ++i) {
    for (auto& command : run_for(std::chrono::milliseconds(100))) commands.push_back(command);
    for (const auto& message : sent<FindingsMessage>(std::exchange(commands, {}))) {
      if (message.source == Source::Backup) times.push_back(mono_);
    }
  }
  ASSERT_EQ(times.size(), 1U) << "soon, and once";
  EXPECT_GE(times[0] - told_at, limits_.findings_spacing);
  EXPECT_LE(times[0] - told_at, limits_.findings_spacing + std::chrono::milliseconds(100));
}

TEST_F(TellingTest, AnAgeAloneIsNoNews) {
  watch_backup();
  until_look();
  EXPECT_EQ(sent<FindingsMessage>(feed_and_report(backup(60))).size(), 1U);
  until_look();
  EXPECT_TRUE(sent<FindingsMessage>(feed_and_report(backup(960))).empty());
  until_look();
  EXPECT_EQ(sent<FindingsMessage>(feed_and_report(backup(1860, Judgement::Refuted))).size(), 1U);
}

TEST_F(TellingTest, ANewerBackupIsNews) {
  watch_backup();
  until_look();
  feed_and_report(backup(60));
  until_look();
  EXPECT_EQ(sent<FindingsMessage>(feed_and_report(backup(60))).size(), 1U);
}

TEST_F(TellingTest, WhatIsFineMayJitter) {
  watch_backup();
  const auto sized = [&](std::int64_t bytes, Judgement judgement) {
    SourceLooked looked = backup(60, judgement);
    looked.report->findings[0].readings = {{.measure = Measure::SizeBytes, .value = bytes}};
    until_look();
    return sent<FindingsMessage>(feed_and_report(looked)).size();
  };
  EXPECT_EQ(sized(1000, Judgement::Proved), 1U);
  EXPECT_EQ(sized(1030, Judgement::Proved), 0U);
  EXPECT_EQ(sized(1060, Judgement::Proved), 1U)
      << "told from what was told, not from the look before";
  EXPECT_EQ(sized(1060, Judgement::Refuted), 1U);
  EXPECT_EQ(sized(1061, Judgement::Refuted), 1U);
}

TEST_F(TellingTest, AProbeThatCrossedTheExecutorsRestIsAskedAgain) {
  asks_root_ = true;
  watch_backup();
  feed(ExecutorUp{});
  feed(ExecutorSaid{ExecutorState{}});
  while (!state_.watches[kBackup].by_root) run_for(std::chrono::seconds(1));
  EXPECT_EQ(ordered<WakeExecutor>(feed(ExecutorSaid{Resting{}})).size(), 1U);
  std::size_t probes = 0;
  for (const auto& order : ordered<SendToExecutor>(feed(ExecutorUp{}))) {
    probes += std::holds_alternative<AskProbe>(order.request);
  }
  EXPECT_EQ(probes, 1U);
}

TEST_F(TellingTest, OneLookAtATimeIsRoots) {
  asks_root_ = true;
  watch_backup();
  constexpr auto kUsage = static_cast<std::size_t>(Source::Usage);
  limits_.sources[kUsage] = limits_.sources[kBackup];
  state_.watches[kUsage].look_at = state_.watches[kBackup].look_at;
  feed(ExecutorUp{});
  feed(ExecutorSaid{ExecutorState{}});
  while (!state_.watches[kBackup].by_root) run_for(std::chrono::seconds(1));
  EXPECT_FALSE(state_.watches[kUsage].by_root);
  EXPECT_EQ(state_.watches[kUsage].look_until, kNever) << "its time has not begun";
  feed(backup(60));
  run_for(limits_.probe_pause + std::chrono::seconds(1));
  EXPECT_TRUE(state_.watches[kUsage].by_root);
}

TEST_F(TellingTest, OldFindingsAreToldAgainThatTheyStillHold) {
  watch_backup();
  std::size_t count = 0;
  const Instant made_at = mono_;
  for (int i = 0; i < 60; ++i) {
    until_look();
    const std::int64_t age = (mono_ - made_at).count() / 1000;
    count += sent<FindingsMessage>(feed_and_report(backup(age))).size();
  }
  EXPECT_EQ(count, 3U) << "at first, after six hours, after twelve";
}

TEST_F(TellingTest, AFailureKeepsTheEvidenceAndTakesTheFactsBack) {
  watch_backup();
  until_look();
  feed(backup(60));
  run_for(std::chrono::seconds(10));
  until_look();
  const auto commands = feed_and_report(failed());
  const auto findings = sent<FindingsMessage>(commands);
  ASSERT_EQ(findings.size(), 1U);
  ASSERT_EQ(findings[0].findings.size(), 2U);
  EXPECT_EQ(findings[0].findings[0].topic, Topic::Source);
  EXPECT_EQ(findings[0].findings[0].judgement, Judgement::NotProved);
  EXPECT_EQ(findings[0].findings[0].text, "no answer");
  EXPECT_EQ(findings[0].findings[1].subject, "orders");
  const auto reports = sent<Report>(commands);
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports[0].lost, std::vector<Fact>{Fact::BackupAge});
}

TEST_F(TellingTest, ASourceThatFailsIsAskedLessAndLess) {
  watch_backup();
  until_look();
  feed(failed());
  EXPECT_LE(until_look(), std::chrono::minutes(1) + std::chrono::seconds(1));
  feed(failed());
  EXPECT_GE(until_look(), std::chrono::minutes(2) - std::chrono::seconds(1));
  for (int i = 0; i < 10; ++i) {
    feed(failed());
    EXPECT_LE(until_look(), std::chrono::minutes(15) + std::chrono::seconds(1));
  }
}

TEST_F(TellingTest, OneThatAlwaysTakesTooLongRestsForADayAndSaysSo) {
  overrun_until_it_rests();
  EXPECT_EQ(state_.watches[kBackup].report.findings[0].text,
            "no answer; after 3 in a row it rests for 24 h, until " +
                utc_text(wall_ + std::chrono::hours(24)) + " or a new start of the agent");
  EXPECT_GE(until_look(), std::chrono::hours(24) - std::chrono::seconds(1));
}

TEST_F(TellingTest, AClockThatIsSetForwardEndsNoRest) {
  overrun_until_it_rests();
  wall_ += std::chrono::days(365);
  EXPECT_GE(until_look(), std::chrono::hours(24) - std::chrono::seconds(1));
}

TEST_F(TellingTest, AClockThatIsSetBackProlongsNoRest) {
  overrun_until_it_rests();
  wall_ -= std::chrono::days(365);
  EXPECT_LE(until_look(), std::chrono::hours(24) + std::chrono::seconds(1));
}

TEST_F(TellingTest, ALookWithoutAnswerIsGivenUp) {
  watch_backup();
  until_look();
  run_for(std::chrono::minutes(1));
  EXPECT_EQ(state_.watches[kBackup].report.findings.size(), 1U);
  EXPECT_EQ(state_.watches[kBackup].report.findings[0].text, "took too long");
  feed(backup(60));
  EXPECT_EQ(state_.watches[kBackup].report.findings[0].topic, Topic::Source) << "too late";
}

TEST_F(TellingTest, AsksRootAndLooksItselfWhereThatIsRefused) {
  asks_root_ = true;
  watch_backup();
  feed(ExecutorUp{});
  feed(ExecutorSaid{ExecutorState{}});
  std::vector<AskProbe> asked;
  while (asked.empty()) {
    for (const auto& command : run_for(std::chrono::seconds(1))) {
      const auto* order = std::get_if<SendToExecutor>(&command);
      if (order == nullptr) continue;
      if (const auto* ask = std::get_if<AskProbe>(&order->request)) asked.push_back(*ask);
      EXPECT_FALSE(std::holds_alternative<LookAt>(command));
    }
  }
  EXPECT_EQ(asked[0].source, Source::Backup);
  const auto looks = ordered<LookAt>(
      feed(ExecutorSaid{Probed{.source = Source::Backup, .refusal = "no", .part = {}}}));
  ASSERT_EQ(looks.size(), 1U);
  EXPECT_EQ(looks[0].source, Source::Backup);
  EXPECT_TRUE(ordered<LookAt>(feed(ExecutorDown{})).empty()) << "that look is its own already";
}

// `probes: none`: the executor, which rests between, would be woken each time only to say so.
TEST_F(TellingTest, AnExecutorThatRefusesIsWokenForItOnceAnHour) {
  asks_root_ = true;
  watch_backup();
  feed(ExecutorUp{});
  feed(ExecutorSaid{ExecutorState{}});
  feed(ExecutorSaid{Resting{}});
  const auto wakes_in = [this](Duration span) {
    std::size_t wakes = 0;
    for (const Instant end = mono_ + span; mono_ < end;) {
      bool is_woken = false;
      for (const auto& command : run_for(std::chrono::seconds(1))) {
        if (std::holds_alternative<WakeExecutor>(command)) is_woken = true;
        if (std::holds_alternative<LookAt>(command)) feed(backup(60));
      }
      if (!is_woken) continue;
      const bool is_asked = std::ranges::any_of(
          ordered<SendToExecutor>(feed(ExecutorUp{})), [](const SendToExecutor& order) {
            return std::holds_alternative<AskProbe>(order.request);
          });
      feed(ExecutorSaid{ExecutorState{}});
      if (is_asked) {
        wakes += 1;
        feed(ExecutorSaid{Probed{.source = Source::Backup, .refusal = "no", .part = {}}});
        feed(backup(60));
      }
      feed(ExecutorSaid{Resting{}});
    }
    return wakes;
  };
  EXPECT_EQ(wakes_in(std::chrono::minutes(59)), 2U) << "of four looks";
  EXPECT_EQ(wakes_in(std::chrono::hours(4)), 4U);
  // It was started anew: its configuration may be another one.
  feed(ExecutorUp{});
  feed(ExecutorSaid{ExecutorState{}});
  feed(ExecutorDown{});
  feed(ExecutorUp{});
  feed(ExecutorSaid{ExecutorState{}});
  while (state_.watches[kBackup].look_until == kNever) run_for(std::chrono::seconds(1));
  EXPECT_TRUE(state_.watches[kBackup].by_root);
}

TEST_F(TellingTest, LooksItselfWhenTheExecutorDies) {
  asks_root_ = true;
  watch_backup();
  feed(ExecutorUp{});
  feed(ExecutorSaid{ExecutorState{}});
  while (!state_.watches[kBackup].by_root) run_for(std::chrono::seconds(1));
  EXPECT_EQ(ordered<LookAt>(feed(ExecutorDown{})).size(), 1U);
}

}  // namespace
}  // namespace mainstay::agent
