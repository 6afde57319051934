// What operators read of findings: hosts' words only, grouped by cause, with totals that add up.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "common/core/iso_text.h"
#include "common/wire/row.h"
#include "coordinator/shell/view_world.h"

namespace mainstay::coordinator {
namespace {

using nlohmann::json;

class FindingsViewTest : public ViewWorld {
 protected:
  json view(View what, std::string argument = "") {
    records_.rows.clear();
    for (const auto& [key, row] : store) records_.rows[{axis_of(row), key}] = encode_row(row);
    return ViewWorld::view(what, std::move(argument));
  }
  void find(const std::string& host, std::vector<Finding> findings) {
    now.mono += limits.findings_spacing;
    send(HostSaid{.link = id_of<LinkKey>(host),
                  .gate = {},
                  .message = FindingsMessage{.sequence = 1,
                                             .source = Source::Backup,
                                             .at = now.wall,
                                             .findings = std::move(findings),
                                             .omitted = 0}});
  }
  Finding backup(Judgement judgement, const std::string& subject) const {
    return {.topic = Topic::Backup,
            .judgement = judgement,
            .subject = subject,
            .text = "too old",
            .at = now.wall,
            .readings = {{.measure = Measure::AgeSeconds, .value = 7}}};
  }
  void put_off(const json& need, const std::string& cause) {
    SnoozeRow row;
    row.need = {.cause = cause,
                .until = now.wall + std::chrono::hours(1),
                .reason = "known",
                .size = need["hosts"].get<std::uint32_t>(),
                .urgency = 0,
                .hosts = {}};
    for (const auto& name : need["hosts_named"]) {
      row.need.hosts.push_back(host_id(name.get<std::string>()));
    }
    row.by = "ana";
    state.snoozes[sha256(as_bytes(cause))] = row;
  }
};

TEST_F(FindingsViewTest, OneNeedACauseAndNotAHost) {
  find("eu-1", {backup(Judgement::Refuted, "orders")});
  find("eu-2", {backup(Judgement::Refuted, "orders"), backup(Judgement::Proved, "crm")});
  find("us-1", {backup(Judgement::NotProved, "orders")});
  const json needs = view(View::Fleet)["needs"];
  ASSERT_EQ(needs.size(), 1U) << needs;
  EXPECT_EQ(needs[0]["hosts"], 2);
  EXPECT_EQ(needs[0]["urgency"], "!!");
  EXPECT_EQ(needs[0]["text"], "backup orders on 2 hosts, eu-1: too old");
  EXPECT_EQ(needs[0]["next"], "mainstay report backup");
  EXPECT_EQ(needs[0]["cause"], "finding/backup/orders");
}

TEST_F(FindingsViewTest, ANeedOfOneHostNamesIt) {
  find("eu-1", {backup(Judgement::Refuted, "orders")});
  const json need = view(View::Fleet)["needs"][0];
  EXPECT_EQ(need["text"], "backup orders: too old (eu-1)");
  EXPECT_EQ(need["next"], "mainstay host show eu-1");
}

TEST_F(FindingsViewTest, ASnoozedNeedIsQuietUntilItGrows) {
  find("eu-1", {backup(Judgement::Refuted, "orders")});
  put_off(view(View::Fleet)["needs"][0], "finding/backup/orders");
  json fleet = view(View::Fleet);
  EXPECT_TRUE(fleet["needs"].empty());
  ASSERT_EQ(fleet["snoozed"].size(), 1U);
  EXPECT_EQ(fleet["snoozed"][0]["snoozed"]["by"], "ana");
  find("eu-2", {backup(Judgement::Refuted, "orders")});
  fleet = view(View::Fleet);
  EXPECT_EQ(fleet["needs"].size(), 1U) << "one host more";
  EXPECT_TRUE(fleet["snoozed"].empty());
}

TEST_F(FindingsViewTest, ASnoozeIsAboutItsHostsAndNotAboutANumber) {
  find("eu-1", {backup(Judgement::Refuted, "orders")});
  put_off(view(View::Fleet)["needs"][0], "finding/backup/orders");
  find("eu-1", {});
  find("eu-2", {backup(Judgement::Refuted, "orders")});
  EXPECT_EQ(view(View::Fleet)["needs"].size(), 1U);
}

TEST_F(FindingsViewTest, ManyCausesAreSummedUp) {
  std::vector<Finding> findings;
  for (int i = 0; i < 100; ++i) {
    findings.push_back(backup(Judgement::Refuted, "set-" + std::to_string(i)));
  }
  limits.troubles_max = 100;
  for (const auto* host : {"eu-1", "eu-2", "eu-3"}) {
    find(host, findings);
    for (Finding& finding : findings) finding.subject += "x";
  }
  const json needs = view(View::Fleet)["needs"];
  EXPECT_EQ(needs.size(), 201U);
  EXPECT_EQ(needs[200]["text"], "100 more causes");
}

TEST_F(FindingsViewTest, AHostShowsAllOfItsFindings) {
  find("eu-1", {backup(Judgement::Refuted, "orders"), backup(Judgement::Proved, "crm")});
  now.wall += std::chrono::seconds(60);
  const json host = view(View::Host, "eu-1");
  ASSERT_EQ(host["findings"].size(), 1U);
  const json& source = host["findings"][0];
  EXPECT_EQ(source["source"], "backup");
  ASSERT_EQ(source["findings"].size(), 2U);
  EXPECT_EQ(source["findings"][1]["judgement"], "proved");
  EXPECT_EQ(source["findings"][1]["age_seconds"], 60);
  EXPECT_EQ(source["findings"][1]["readings"]["age_seconds"], 7);
}

TEST_F(FindingsViewTest, AReportCountsEveryHost) {
  find("eu-1", {backup(Judgement::Refuted, "orders")});
  find("us-1", {backup(Judgement::Proved, "orders")});
  const json all = view(View::Findings, "backup");
  EXPECT_EQ(all["total"], 6);
  EXPECT_EQ(all["hosts"].size() + all["not_known"].size(), 6U);
  EXPECT_EQ(all["hosts"].size(), 2U);
  const json eu = view(View::Findings, "backup region = eu");
  EXPECT_EQ(eu["total"], 3);
  EXPECT_EQ(eu["hosts"].size(), 1U);
  EXPECT_EQ(eu["hosts"][0]["host"], "eu-1");
}

TEST_F(FindingsViewTest, ADeadlineIsTheFirstThatAFindingMustKeep) {
  const auto deadline = [&](std::vector<Reading> readings) {
    Finding finding = backup(Judgement::Proved, "orders");
    finding.readings = std::move(readings);
    find("eu-1", {std::move(finding)});
    return view(View::Findings, "backup")["hosts"][0]["findings"][0];
  };
  const json rpo = deadline({{.measure = Measure::AgeSeconds, .value = 60},
                             {.measure = Measure::LimitSeconds, .value = 100}});
  EXPECT_EQ(rpo["deadline_of"], "rpo");
  EXPECT_EQ(rpo["deadline_seconds"], 40);
  EXPECT_EQ(rpo["deadline_at"], iso_text(now.wall + std::chrono::seconds(40)));
  const json proof = deadline({{.measure = Measure::AgeSeconds, .value = 60},
                               {.measure = Measure::LimitSeconds, .value = 100},
                               {.measure = Measure::ProofAgeSeconds, .value = 90},
                               {.measure = Measure::ProofLimitSeconds, .value = 70}});
  EXPECT_EQ(proof["deadline_of"], "prove_every");
  EXPECT_EQ(proof["deadline_seconds"], -20);
  EXPECT_EQ(view(View::Fleet)["proved"]["backup"]["in_rpo"], 1);
  EXPECT_EQ(view(View::Fleet)["proved"]["backup"]["restore_proved"], 0);
  EXPECT_TRUE(deadline({})["deadline_at"].is_null());
  const json never = deadline({{.measure = Measure::LimitSeconds, .value = 100}});
  EXPECT_TRUE(never["deadline_at"].is_null());
  EXPECT_EQ(view(View::Fleet)["proved"]["backup"]["in_rpo"], 0) << "there is no good backup";
}

TEST_F(FindingsViewTest, FactsComeWithAListOnlyWhereTheyAreAskedFor) {
  EXPECT_FALSE(view(View::Hosts, "region = eu")["hosts"][0].contains("facts"));
  const json list = view(View::Hosts, std::string(kWithFacts) + "region = eu");
  EXPECT_EQ(list["hosts"].size(), 3U);
  EXPECT_EQ(list["hosts"][0]["facts"]["patch.security"], 3);
}

TEST_F(FindingsViewTest, SaysHowManyHostsAreAsTheyShouldBeOfThoseThatTold) {
  const json proved = view(View::Fleet)["proved"];
  EXPECT_EQ(proved["patch"]["hosts"], 6);
  EXPECT_EQ(proved["patch"]["proved"], 0);
  EXPECT_EQ(proved["backup"]["hosts"], 0);
}

}  // namespace
}  // namespace mainstay::coordinator
