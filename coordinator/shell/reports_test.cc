// A report of a fleet is made beside everything else that the loop does.
#include "coordinator/shell/reports.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ports/test_records.h"
#include "common/wire/row.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;

/// Counts how often each row was read.
struct CountedRecords : TestRecords {
  [[nodiscard]] Result<std::optional<Bytes>> get(Axis axis, std::string_view key) const override {
    reads[std::string(key)] += 1;
    return TestRecords::get(axis, key);
  }
  [[nodiscard]] int most_read() const {
    int most = 0;
    for (const auto& [key, count] : reads) most = std::max(most, count);
    return most;
  }
  mutable std::map<std::string, int> reads;
};

class ReportsTest : public testing::Test {
 protected:
  ReportsTest() {
    for (int i = 0; i < 3000; ++i) add_host("h-" + std::to_string(i));
  }
  void add_host(const std::string& name) {
    const HostId id = *HostId::parse(name);
    Host host;
    host.row.host = id;
    host.row.link_key.value[0] = std::byte{1};
    state_.hosts[id] = host;
    const CoordinatorRow row = FindingsRow{.host = id,
                                           .source = Source::Service,
                                           .at = now_.wall,
                                           .findings = {{.topic = Topic::Service,
                                                         .judgement = Judgement::Refuted,
                                                         .subject = "nginx.service",
                                                         .text = "failed",
                                                         .at = now_.wall,
                                                         .readings = {}}},
                                           .omitted = 0};
    records_.rows[{Axis::Cache, key_of(row)}] = encode_row(row);
  }
  void add_feed() {
    const std::string text =
        "feed 1 debian-tracker 0\nCVE-2026-1001 high reported\n debian:12 openssl none\n";
    feeds_.insert_or_assign("debian-tracker", *Feed::read(text));
  }
  void give_list(Host& host, std::size_t version) {
    const std::string text =
        package_list_text({.release = "debian:12",
                           .sees_processes = true,
                           .packages = {{.name = "openssl", .version = std::to_string(version)}}});
    const CoordinatorRow row =
        PackagesRow{.digest = sha256(as_bytes(text)), .text = to_bytes(text)};
    host.sight.row.packages = std::get<PackagesRow>(row).digest;
    records_.rows[{Axis::Cache, key_of(row)}] = encode_row(row);
  }
  [[nodiscard]] ViewContext context() const {
    return {.state = state_,
            .limits = limits_,
            .records = records_,
            .drafts = drafts_,
            .fleet = "f",
            .now = now_,
            .feeds = &feeds_};
  }
  static ReadRequest service() { return {.view = View::Findings, .argument = "service"}; }
  void run_until(std::size_t answers) {
    loop::Timer guard(loop_);
    guard.start(std::chrono::seconds(60), [this] { loop_.stop(); });
    loop::Timer look(loop_);
    look.repeat(Duration(1), [&, this] {
      turns_ += 1;
      if (answers_.size() >= answers) loop_.stop();
    });
    if (answers_.size() < answers) loop_.run();
    ASSERT_EQ(answers_.size(), answers);
  }
  static std::size_t hosts_in(const Reply& reply) {
    const std::string_view text = as_text(reply.data);
    std::size_t count = 0;
    for (std::size_t at = text.find("{\"host\":"); at != std::string_view::npos;
         at = text.find("{\"host\":", at + 1)) {
      count += 1;
    }
    return count;
  }

  Now now_{.mono = instant_from_ms(100'000), .wall = wall_from_ms(1'700'000'000'000)};
  State state_;
  Limits limits_;
  CountedRecords records_;
  std::map<Nonce, DraftEnd> drafts_;
  std::map<std::string, Feed> feeds_;
  loop::Loop loop_;
  std::vector<Reply> answers_;
  int turns_ = 0;
  Reports reports_{loop_, [this] { return context(); },
                   [this](const Asker&, Reply reply) { answers_.push_back(std::move(reply)); }};
};

TEST_F(ReportsTest, AreMadeOverManyTurnsOfTheLoop) {
  reports_.ask({}, service());
  EXPECT_TRUE(answers_.empty()) << "all of it in one turn";
  run_until(1);
  EXPECT_GE(turns_, 2);
  EXPECT_EQ(answers_[0].verdict, Verdict::Done);
  EXPECT_EQ(hosts_in(answers_[0]), 3000U);
  EXPECT_THAT(std::string(as_text(answers_[0].data)), HasSubstr(R"("cut":false,"total":3000)"));
}

TEST_F(ReportsTest, AHostThatComesOrGoesMeanwhileIsInItOnceOrNot) {
  reports_.ask({}, service());
  state_.hosts.erase(*HostId::parse("h-0"));    // reported already
  state_.hosts.erase(*HostId::parse("h-999"));  // the last of all
  add_host("a-1");                              // before where the report stands
  add_host("z-1");
  run_until(1);
  const std::string text(as_text(answers_[0].data));
  EXPECT_EQ(hosts_in(answers_[0]), 3000U);
  EXPECT_THAT(text, HasSubstr("\"z-1\""));
  EXPECT_THAT(text, testing::Not(HasSubstr("\"a-1\"")));
  EXPECT_THAT(text, testing::Not(HasSubstr("\"h-999\"")));
}

TEST_F(ReportsTest, WaitForEachOtherAndAreSoMany) {
  // Of two pieces each: of all, sixteen took half a minute under sanitizers.
  state_.hosts.erase(std::next(state_.hosts.begin(), 600), state_.hosts.end());
  for (std::size_t i = 0; i < kReportsMax + 2; ++i) reports_.ask({}, service());
  ASSERT_EQ(answers_.size(), 2U);
  EXPECT_EQ(answers_[0].verdict, Verdict::Unreachable);
  run_until(kReportsMax + 2);
  EXPECT_EQ(answers_.back().verdict, Verdict::Done);
}

TEST_F(ReportsTest, OneVulnerabilityIsLookedForInPiecesAndInEachListOnce) {
  add_feed();
  for (auto& [id, host] : state_.hosts) {
    host.sight.report_at = now_.mono;
    give_list(host, std::hash<std::string>{}(id.text()) % 700);
  }
  reports_.ask({}, {.view = View::Vulnerability, .argument = "CVE-2026-1001"});
  EXPECT_TRUE(answers_.empty()) << "all of it in one turn";
  run_until(1);
  EXPECT_GE(turns_, 3);
  const std::string text(as_text(answers_[0].data));
  EXPECT_EQ(hosts_in(answers_[0]), 3000U);
  EXPECT_THAT(text, HasSubstr(R"("total":3000)"));
  EXPECT_THAT(text, HasSubstr(R"("vulnerable":3000)"));
  EXPECT_EQ(records_.most_read(), 1) << "a list was read for each host that has it";
  reports_.ask({}, {.view = View::Vulnerability, .argument = "CVE-2026-9999"});
  EXPECT_EQ(answers_.back().verdict, Verdict::WrongUse);
}

TEST_F(ReportsTest, WrongUseIsToldAtOnce) {
  reports_.ask({}, {.view = View::Findings, .argument = "weather"});
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].verdict, Verdict::WrongUse);
  reports_.ask({}, {.view = View::Findings, .argument = "service rol ="});
  EXPECT_EQ(answers_.back().verdict, Verdict::WrongUse);
}

}  // namespace
}  // namespace mainstay::coordinator
