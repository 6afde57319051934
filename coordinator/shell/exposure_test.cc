// What operators read of all that hosts are open to: needs, the fleet's list, one host, what is in
// time.
#include "common/core/iso_text.h"
#include "coordinator/shell/exposure_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::hours;
using Texts = std::vector<std::string>;

class ExposureViewTest : public ExposureWorld {
 protected:
  ExposureViewTest() {
    bring("debian-tracker",
          {about("CVE-2026-1001", Severity::High, {fixed_in("openssl", "3.0.3")}),
           about("CVE-2026-1002", Severity::Critical, {fixed_in("nginx", "1.22.1-9+deb12u4")}),
           about("CVE-2026-1003", Severity::Low, {fixed_in("openssl", "")}),
           about("CVE-2026-1004", Severity::Medium, {fixed_in("bash", "5")})});
    bring("exploited", {exploited("CVE-2026-1001")});
    has("eu-1", {{.name = "openssl", .version = "3.0.2", .candidate = "3.0.3"},
                 {.name = "nginx", .version = "1.22.1-9"}});
    has("eu-2", {{.name = "openssl", .version = "3.0.2"}});
    has("us-1", {{.name = "openssl", .version = "3.0.3"}});
    look_at_lists();
  }
  void enrolled(const std::string& host, WallTime at) {
    state.hosts.at(host_id(host)).row.enrolled_at = at;
  }
  void patch_word(const std::string& host, Judgement judgement, WallTime since = {}) {
    PatchWord word{.judgement = judgement};
    if (since != WallTime{}) word.open_since = since;
    state.hosts.at(host_id(host)).sight.dates.patch = word;
  }
  nlohmann::json need_of(const std::string& cause) {
    const auto fleet = view(View::Fleet);
    for (const auto& need : fleet["needs"]) {
      if (need["cause"] == cause) return need;
    }
    return nlohmann::json::object();
  }
  void put_off(const std::string& cause, std::uint32_t size) {
    state.snoozes[sha256(as_bytes(cause))].need = {.cause = cause,
                                                   .until = now.wall + hours(90 * 24),
                                                   .reason = "change freeze",
                                                   .size = size,
                                                   .urgency = 1,
                                                   .hosts = {}};
  }
  /// The need of all that is neither exploited nor critical.
  nlohmann::json late() { return need_of("vulnerability/late"); }
  nlohmann::json patched() { return view(View::Fleet)["proved"]["patch"]; }
  int in_time() { return patched()["in_time"]; }
};

TEST_F(ExposureViewTest, WhatIsExploitedIsANeedUntilItIsMended) {
  EXPECT_EQ(needs(), Texts{"! CVE-2026-1001 (exploited): 2 hosts vulnerable"});
  wait(hours(71));
  EXPECT_EQ(needs(), Texts{"! CVE-2026-1001 (exploited): 2 hosts vulnerable"});
  wait(hours(1));
  EXPECT_EQ(needs(), Texts{"!! CVE-2026-1001 (exploited): 2 hosts past the 72 h deadline"});
  has("eu-2", {{.name = "openssl", .version = "3.0.3"}});
  look_at_lists();
  EXPECT_EQ(needs(), Texts{"!! CVE-2026-1001 (exploited): 1 host past the 72 h deadline"});
  has("eu-1", {{.name = "openssl", .version = "3.0.3"}});
  look_at_lists();
  EXPECT_EQ(needs(), Texts{});
}

TEST_F(ExposureViewTest, TheNeedSaysSinceWhenAndWhatDealsWithIt) {
  const std::string begun = iso_text(now.wall);
  wait(hours(2));
  const auto need = view(View::Fleet)["needs"][0];
  EXPECT_EQ(need["since"], begun);
  EXPECT_EQ(need["next"], "mainstay cve CVE-2026-1001");
  EXPECT_EQ(need["cause"], "vulnerability/CVE-2026-1001");
  EXPECT_EQ(need["hosts"], 2);
}

TEST_F(ExposureViewTest, AHostThatCameLaterHasItsTime) {
  enrolled("eu-2", now.wall + hours(70));
  wait(hours(73));
  EXPECT_EQ(needs(),
            Texts{"!! CVE-2026-1001 (exploited): 2 hosts vulnerable, 1 past the 72 h deadline"});
  EXPECT_EQ(line("CVE-2026-1001")["late"], 1);
}

TEST_F(ExposureViewTest, WhatIsCriticalIsANeedOnceItIsLate) {
  bring("exploited", {});
  wait(hours(7 * 24 - 1));
  EXPECT_EQ(needs(), Texts{});
  wait(hours(1));
  EXPECT_EQ(needs(), Texts{"! CVE-2026-1002 (critical): 1 host past the 7 d deadline"});
  const auto need = view(View::Fleet)["needs"][0];
  EXPECT_EQ(need["since"], iso_text(now.wall));
  EXPECT_EQ(need["next"], "mainstay cve CVE-2026-1002");
  EXPECT_EQ(need["host"], "eu-1");
  has("eu-1", {{.name = "nginx", .version = "1.22.1-9+deb12u4"}});
  wait(hours(1));
  EXPECT_EQ(needs(), Texts{});
}

TEST_F(ExposureViewTest, AllOthersThatAreLateAreOneNeed) {
  bring("exploited", {});
  wait(hours(30 * 24 - 1));
  EXPECT_EQ(late().size(), 0U);
  wait(hours(1));
  const auto need = late();
  ASSERT_FALSE(need.empty());
  EXPECT_EQ(need["urgency"], ".");
  EXPECT_EQ(need["text"],
            "2 hosts vulnerable past the 30 d deadline, for longest to CVE-2026-1001");
  EXPECT_EQ(need["hosts_named"], (Texts{"eu-1", "eu-2"}));
  EXPECT_EQ(need["since"], iso_text(now.wall));
  EXPECT_EQ(need["next"], "mainstay cve");
}

TEST_F(ExposureViewTest, ALateNeedThatIsPutOffWakesWhenItGrows) {
  bring("exploited", {});
  wait(hours(30 * 24));
  const auto need = late();
  ASSERT_FALSE(need.empty());
  const std::string cause = need["cause"];
  state.snoozes[sha256(as_bytes(cause))].need = {.cause = cause,
                                                 .until = now.wall + hours(24),
                                                 .reason = "change freeze",
                                                 .size = 2,
                                                 .urgency = 2,
                                                 .hosts = {host_id("eu-1"), host_id("eu-2")}};
  EXPECT_TRUE(late().empty());
  has("us-1", {{.name = "openssl", .version = "3.0.2"}});
  wait(hours(1));
  EXPECT_FALSE(late().empty());
}

TEST_F(ExposureViewTest, ManyCriticalOnesThatAreLateAreFewLines) {
  std::vector<Vulnerability> many;
  for (int i = 0; i < 30; ++i) {
    many.push_back(about("CVE-2026-20" + std::to_string(10 + i), Severity::Critical,
                         {fixed_in("openssl", "3.0.3")}));
  }
  bring("osv-debian", std::move(many));
  bring("exploited", {});
  wait(hours(1));
  wait(hours(7 * 24));
  EXPECT_EQ(needs().size(), 20U);
  const auto rest = need_of("vulnerability/more-critical");
  ASSERT_FALSE(rest.empty());
  EXPECT_EQ(rest["text"], "11 more critical vulnerabilities past the 7 d deadline");
  EXPECT_EQ(rest["next"], "mainstay cve");
  put_off("vulnerability/more-critical", rest["hosts"]);
  EXPECT_TRUE(need_of("vulnerability/more-critical").empty());
  bring("osv-debian-more",
        {about("CVE-2026-2099", Severity::Critical, {fixed_in("openssl", "3.0.3")})});
  wait(hours(1));
  wait(hours(7 * 24));
  EXPECT_EQ(need_of("vulnerability/more-critical")["text"],
            "12 more critical vulnerabilities past the 7 d deadline")
      << "it wakes when it grows";
}

TEST_F(ExposureViewTest, ManyExploitedOnesThatArePutOffWakeWhenTheyGrow) {
  const auto bring_so_many = [&](int count) {
    std::vector<Vulnerability> many;
    for (int i = 0; i < count; ++i) {
      many.push_back(
          about("CVE-2026-2" + std::to_string(100 + i), Severity::High, {fixed_in("openssl", "")}));
      many.back().exploited = true;
    }
    bring("osv-debian", std::move(many));
    wait(hours(1));
  };
  bring_so_many(201);
  put_off("vulnerability/more", need_of("vulnerability/more")["hosts"]);
  EXPECT_TRUE(need_of("vulnerability/more").empty());
  bring_so_many(202);
  EXPECT_EQ(need_of("vulnerability/more")["text"], "3 more vulnerabilities that are exploited");
}

TEST_F(ExposureViewTest, WhatIsExploitedIsOneNeedThoughOneListWasNotLookedAtSince) {
  bring("exploited", {});
  Statement of_next = fixed_in("nginx", "2");
  of_next.release = "debian:13";
  bring("osv-debian-13", {about("CVE-2026-1002", Severity::Critical, {of_next})});
  tells("us-1", {.release = "debian:13", .packages = {{.name = "nginx", .version = "1"}}});
  look_at_lists();
  wait(hours(7 * 24));
  EXPECT_EQ(needs(), Texts{"! CVE-2026-1002 (critical): 2 hosts past the 7 d deadline"});
  records_.rows.erase(
      {Axis::Cache, packages_key(state.hosts.at(host_id("us-1")).sight.row.packages)});
  bring("exploited", {exploited("CVE-2026-1002")});
  wait(hours(1));
  EXPECT_EQ(needs(), Texts{"!! CVE-2026-1002 (exploited): 2 hosts past the 72 h deadline"});
}

TEST_F(ExposureViewTest, NoNeedIsOlderThanItsHostsAreLate) {
  bring("exploited", {});
  const WallTime later = now.wall + hours(48);
  for (const char* host : {"eu-1", "eu-2"}) enrolled(host, later);
  wait(hours(10 * 24));
  EXPECT_EQ(need_of("vulnerability/CVE-2026-1002")["since"], iso_text(later + hours(7 * 24)));
  wait(hours(30 * 24));
  EXPECT_EQ(late()["since"], iso_text(later + hours(30 * 24)));
}

TEST_F(ExposureViewTest, WhatNothingMendsIsANeedWithoutADeadline) {
  bring("exploited", {exploited("CVE-2026-1003")});
  look_at_lists();
  wait(hours(1000));
  EXPECT_EQ(needs().front(), "! CVE-2026-1003 (exploited): 3 hosts vulnerable");
  EXPECT_TRUE(line("CVE-2026-1003")["deadline_at"].is_null());
}

TEST_F(ExposureViewTest, OfASilentHostNothingIsCounted) {
  hosts[host_id("eu-1")].silent = true;
  wait(hours(1));
  EXPECT_EQ(needs(), Texts{"! CVE-2026-1001 (exploited): 1 host vulnerable"});
  const auto shown = view(View::Vulnerability);
  EXPECT_EQ(shown["total"], 6);
  EXPECT_EQ(shown["looked_at"], 2);
  EXPECT_EQ(shown["not_known"], 4);
}

TEST_F(ExposureViewTest, TheFleetsListSaysWhatEachNumberSaysAlone) {
  const auto shown = view(View::Vulnerability);
  ASSERT_EQ(shown["vulnerabilities"].size(), 3U) << shown;
  EXPECT_EQ(shown["vulnerabilities"][0]["id"], "CVE-2026-1001");
  EXPECT_EQ(shown["vulnerabilities"][1]["id"], "CVE-2026-1002");
  EXPECT_EQ(shown["exploited"], 1);
  EXPECT_EQ(shown["critical"], 1);
  EXPECT_EQ(shown["other"], 1);
  EXPECT_TRUE(shown["current"]);
  for (const auto& one : shown["vulnerabilities"]) {
    const auto alone = view(View::Vulnerability, one["id"]);
    EXPECT_EQ(one["hosts"], alone["vulnerable"]) << one["id"];
    EXPECT_EQ(one["hosts"].get<int>() - one["with_fix"].get<int>(), alone["remedies"]["none"]);
    EXPECT_EQ(one["severity"], alone["severity"]);
  }
  EXPECT_EQ(view(View::Vulnerability, " region = us")["vulnerabilities"].size(), 1U);
}

TEST_F(ExposureViewTest, DeadlinesGoByHowBadItIs) {
  const auto days = [&](const char* id) {
    return line(id)["deadline_seconds"].get<std::int64_t>() / 86400;
  };
  EXPECT_EQ(days("CVE-2026-1001"), 3);
  EXPECT_EQ(days("CVE-2026-1002"), 7);
  bring("exploited", {});
  look_at_lists();
  EXPECT_EQ(days("CVE-2026-1001"), 30);
}

TEST_F(ExposureViewTest, AHostNamesWhatMustGoFirstAndItsFix) {
  const auto open = view(View::Host, "eu-1")["vulnerabilities"];
  EXPECT_EQ(open["exploited"], 1);
  EXPECT_EQ(open["critical"], 1);
  EXPECT_EQ(open["without_fix"], 1);
  EXPECT_EQ(open["first"]["id"], "CVE-2026-1001");
  EXPECT_EQ(open["first"]["package"], "openssl");
  EXPECT_EQ(open["first"]["fixed"], "3.0.3");
  EXPECT_EQ(open["first"]["remedy"], "reachable");
  EXPECT_EQ(open["first"]["allowed_seconds"], 72 * 3600);
  EXPECT_TRUE(view(View::Host, "us-2")["vulnerabilities"].is_null());
}

TEST_F(ExposureViewTest, AReportSaysOfEachListWhatMendsItThere) {
  has("eu-3", {{.name = "openssl", .version = "3.0.1"}});
  look_at_lists();
  for (const char* host : {"eu-1", "eu-2", "eu-3"}) {
    finds_updates(host, Judgement::Refuted, hours(1));
  }
  const auto report = view(View::Findings, "patch");
  ASSERT_EQ(report["hosts"].size(), 3U) << report;
  for (const auto& host : report["hosts"]) {
    EXPECT_EQ(host["vulnerabilities"], view(View::Host, host["host"])["vulnerabilities"]);
  }
  EXPECT_EQ(report["hosts"][1]["vulnerabilities"]["first"]["version"], "3.0.2");
  EXPECT_EQ(report["hosts"][2]["vulnerabilities"]["first"]["version"], "3.0.1");
}

TEST_F(ExposureViewTest, AllUpdatesAreDueWithTheFirstOfThem) {
  finds_updates("eu-1", Judgement::Refuted, hours(1));
  finds_updates("us-1", Judgement::Refuted, hours(1));
  const auto days_left = [&](std::size_t host) {
    const auto report = view(View::Findings, "patch");
    return report["hosts"][host]["findings"][0]["deadline_seconds"].get<std::int64_t>() / 86400;
  };
  EXPECT_EQ(days_left(0), 3) << "exploited";
  EXPECT_EQ(days_left(1), 29) << "by its own word alone";
  const auto shown = view(View::Host, "eu-1");
  EXPECT_EQ(shown["findings"][0]["findings"][0]["deadline_at"],
            shown["vulnerabilities"]["first"]["deadline_at"]);
}

TEST_F(ExposureViewTest, OnlyWhatIsKnownIsInTime) {
  EXPECT_EQ(in_time(), 0) << "no host has said a word of its updates";
  EXPECT_EQ(patched()["not_known"], 6) << "and so nobody is late";
  EXPECT_EQ(patched()["late"], 0);
  patch_word("us-1", Judgement::Proved);
  patch_word("eu-1", Judgement::Refuted, now.wall);
  patch_word("eu-2", Judgement::NotProved);
  patch_word("us-2", Judgement::Proved);  // has told no list
  EXPECT_EQ(in_time(), 2);
  EXPECT_EQ(view(View::Fleet)["proved"]["patch"]["total"], 6);
  const auto kept = feeds_;
  feeds_.erase("exploited");
  EXPECT_EQ(in_time(), 0) << "a list that is lost may know more";
  feeds_ = kept;
  wait(hours(72));
  EXPECT_EQ(in_time(), 1) << "exploited for 72 h on eu-1";
  EXPECT_EQ(patched()["late"], 2) << "eu-2 by the lists, which do not need its own word";
  EXPECT_EQ(patched()["not_known"], 3);
  patch_word("us-1", Judgement::Refuted, now.wall - hours(30 * 24) + hours(1));
  EXPECT_EQ(in_time(), 1);
  patch_word("us-1", Judgement::Refuted, now.wall - hours(30 * 24));
  EXPECT_EQ(in_time(), 0);
  EXPECT_EQ(patched()["late"], 3);
  patch_word("us-1", Judgement::Refuted);
  EXPECT_EQ(in_time(), 0) << "open for nobody knows how long";
  EXPECT_EQ(patched()["late"], 2);
}

TEST_F(ExposureViewTest, BackupsCountBySets) {
  auto& sets = state.hosts.at(host_id("eu-1")).sight.dates.backups;
  sets = {{.backed_up = now.wall + hours(1), .restored = now.wall + hours(2)},
          {.backed_up = now.wall + hours(1)},
          {.backed_up = {}, .restored = WallTime{}}};
  report(host_id("eu-1"), hosts[host_id("eu-1")]);
  const auto backup = [&] { return view(View::Fleet)["proved"]["backup"]; };
  EXPECT_EQ(backup()["sets"], 3);
  EXPECT_EQ(backup()["in_rpo"], 2);
  EXPECT_EQ(backup()["to_prove"], 2);
  EXPECT_EQ(backup()["restore_proved"], 1);
  wait(hours(1) + std::chrono::seconds(1));
  EXPECT_EQ(backup()["in_rpo"], 0) << "they grow old while their host tells nothing new";
  EXPECT_EQ(backup()["restore_proved"], 1);
  hosts[host_id("eu-1")].silent = true;
  wait(std::chrono::minutes(5));
  EXPECT_EQ(backup()["restore_proved"], 0) << "of a silent host nothing is proved";
  EXPECT_EQ(backup()["sets"], 3);
}

}  // namespace
}  // namespace mainstay::coordinator
