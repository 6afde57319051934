// What the centre is told of the host's list of packages.
#include <algorithm>

#include <gtest/gtest.h>

#include "agent/core/agent.h"

namespace mainstay::agent {
namespace {

constexpr auto kPatch = static_cast<std::size_t>(Source::Patch);

Digest digest_of(const std::string& text) {
  return text.empty() ? Digest{} : sha256(as_bytes(text));
}

class PackagesTest : public testing::Test {
 protected:
  PackagesTest() {
    feed(Restarted{.agent_version = "1", .boot = {}, .binding = {}, .labels = {}});
    feed(ConnectionUp{});
    run_for(std::chrono::minutes(1));
    limits_.sources[kPatch] = {.interval = std::chrono::minutes(15),
                               .time_max = std::chrono::seconds(30)};
  }
  std::vector<AgentCommand> feed(const AgentEvent& event) {
    const Now now{.mono = mono_, .wall = wall_from_ms(1'700'000'000'000) + (mono_ - Instant{})};
    return step(state_, event, limits_, now, rng_).commands;
  }
  /// What it makes the agent say at once.
  std::vector<HostMessage> said_to(const AgentEvent& event) {
    std::vector<HostMessage> sent;
    for (const auto& command : feed(event)) {
      if (const auto* order = std::get_if<SendToCentre>(&command)) sent.push_back(order->message);
    }
    return sent;
  }
  std::vector<HostMessage> run_for(Duration span) {
    std::vector<HostMessage> sent;
    const Instant end = mono_ + span;
    while (next_due(state_, limits_) <= end) {
      mono_ = std::max(mono_, next_due(state_, limits_));
      for (const auto& command : feed(Ticked{})) {
        if (const auto* order = std::get_if<SendToCentre>(&command)) sent.push_back(order->message);
        if (std::holds_alternative<LookNow>(command)) {
          feed(Looked{.health = Health{}, .facts = {}, .os = "debian 12", .architecture = "amd64"});
        }
      }
    }
    mono_ = end;
    return sent;
  }
  /// The look at packages ends with this list, or fails for want of one.
  std::vector<HostMessage> look(const std::optional<std::string>& text) {
    state_.watches[kPatch].look_at = mono_;
    auto sent = run_for(std::chrono::seconds(1));
    SourceReport report;
    report.source = Source::Patch;
    report.at = wall_from_ms(1);
    report.facts = {{.fact = Fact::RebootNeeded, .value = 0}};
    report.packages = text.value_or("");
    std::ranges::move(said_to(SourceLooked{.source = Source::Patch,
                                           .report = report,
                                           .failure = text ? "" : "took too long",
                                           .is_overrun = false}),
                      std::back_inserter(sent));
    std::ranges::move(run_for(std::chrono::seconds(11)), std::back_inserter(sent));
    return sent;
  }
  std::vector<HostMessage> ask() {
    return said_to(CentreSaid{.order = TellPackages{}, .frame = {}, .acknowledged = std::nullopt});
  }
  static std::vector<Digest> told(const std::vector<HostMessage>& sent) {
    std::vector<Digest> digests;
    for (const auto& message : sent) {
      const auto* report = std::get_if<Report>(&message);
      if (report != nullptr && report->packages) digests.push_back(*report->packages);
    }
    return digests;
  }
  static std::string text_in(const std::vector<HostMessage>& sent) {
    Assembler assembler(1 << 20);
    for (const auto& message : sent) {
      const auto* packages = std::get_if<PackagesMessage>(&message);
      if (packages == nullptr) continue;
      const auto whole = assembler.add(packages->part);
      EXPECT_TRUE(whole.has_value());
      if (whole && *whole) return std::string(as_text(**whole));
    }
    return "";
  }

  AgentState state_;
  AgentLimits limits_;
  Rng rng_{1};
  Instant mono_ = instant_from_ms(1'000'000);
  // Three frames of it: the core does not read it.
  std::string text_ = std::string(100'000, 'p');
};

using Digests = std::vector<Digest>;

TEST_F(PackagesTest, TellsTheDigestWhenTheListChangedAndOnlyThen) {
  EXPECT_EQ(told(look(text_)), Digests{digest_of(text_)});
  EXPECT_EQ(told(look(text_)), Digests{});
  EXPECT_EQ(told(run_for(std::chrono::minutes(5))), Digests{});
  EXPECT_EQ(told(look(text_ + "q")), Digests{digest_of(text_ + "q")});
}

TEST_F(PackagesTest, AChangedListIsAMessageThatCouldBeMissed) {
  look(text_);
  const std::uint64_t before = state_.telling.sequence;
  run_for(std::chrono::minutes(1));
  ASSERT_EQ(state_.telling.sequence, before);
  look(text_ + "q");
  EXPECT_EQ(state_.telling.sequence, before + 1);
}

TEST_F(PackagesTest, TellsTheDigestWhenAllIsAskedFor) {
  look(text_);
  feed(CentreSaid{.order = TellAll{}, .frame = {}, .acknowledged = std::nullopt});
  EXPECT_EQ(told(run_for(std::chrono::seconds(1))), Digests{digest_of(text_)});
}

TEST_F(PackagesTest, AHostWithoutAListSaysSo) {
  feed(CentreSaid{.order = TellAll{}, .frame = {}, .acknowledged = std::nullopt});
  EXPECT_EQ(told(run_for(std::chrono::seconds(1))), Digests{Digest{}});
}

TEST_F(PackagesTest, SendsTheTextWhenAsked) {
  look(text_);
  const auto sent = ask();
  EXPECT_EQ(sent.size(), 3U);
  EXPECT_EQ(text_in(sent), text_);
}

TEST_F(PackagesTest, SendsItOnceInTenSecondsHoweverOftenItIsAsked) {
  look(text_);
  EXPECT_EQ(ask().size(), 3U);
  std::size_t count = 0;
  for (int i = 0; i < 9; ++i) {
    count += ask().size();
    for (const auto& message : run_for(std::chrono::seconds(1))) {
      count += std::holds_alternative<PackagesMessage>(message) ? 1U : 0U;
    }
  }
  EXPECT_EQ(count, 0U);
  EXPECT_EQ(text_in(run_for(std::chrono::seconds(2))), text_) << "it was asked for meanwhile";
  EXPECT_EQ(text_in(run_for(std::chrono::minutes(1))), "") << "once";
}

TEST_F(PackagesTest, AListThatWasLostIsToldAsNone) {
  look(text_);
  EXPECT_EQ(told(look(std::nullopt)), Digests{Digest{}});
  EXPECT_TRUE(state_.packages.text.empty());
  EXPECT_EQ(told(look(text_)), Digests{digest_of(text_)});
  EXPECT_EQ(told(look("")), Digests{Digest{}}) << "no list in the report";
}

TEST_F(PackagesTest, WhoAsksForAListThatIsNoneHearsItAgain) {
  look(text_);
  look(std::nullopt);
  EXPECT_TRUE(ask().empty());
  EXPECT_EQ(told(run_for(std::chrono::seconds(1))), Digests{Digest{}});
}

TEST_F(PackagesTest, AnotherSourcesReportHasNone) {
  look(text_);
  state_.watches[0].look_until = mono_ + std::chrono::hours(1);
  SourceReport report;
  report.packages = "forged";
  feed(SourceLooked{.source = Source::Resource, .report = report, .failure = {}});
  EXPECT_EQ(state_.packages.text, text_);
}

TEST_F(PackagesTest, KeepsTheListOnlyOnce) {
  look(text_);
  EXPECT_TRUE(state_.watches[kPatch].report.packages.empty());
  EXPECT_TRUE(state_.watches[kPatch].told.packages.empty());
}

}  // namespace
}  // namespace mainstay::agent
