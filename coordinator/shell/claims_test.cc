// What a scanner says of hosts: in the fleet's list, in needs, in time, and where all others say
// otherwise.
#include "coordinator/shell/exposure_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Texts = std::vector<std::string>;

class ClaimsTest : public ExposureWorld {
 protected:
  ClaimsTest() {
    bring("debian-tracker", {about("CVE-2026-1001", Severity::High, {fixed_in("openssl", "3.0.3")}),
                             about("CVE-2026-1002", Severity::High, {fixed_in("bash", "5")})});
    has("eu-1", {{.name = "agent", .version = "1", .candidate = "2"},
                 {.name = "openssl", .version = "3.0.3"}});
    has("eu-2", {{.name = "openssl", .version = "3.0.2"}});
    for (const char* host : {"eu-1", "eu-2"}) {
      state.hosts.at(host_id(host)).sight.dates.patch = PatchWord{.judgement = Judgement::Proved};
    }
  }
  /// One piece.
  bool go_on() {
    const bool is_done = open_lists_.go_on(context());
    if (auto news = open_lists_.take_news(); !news.empty()) {
      send(ExposuresSeen{.exposures = std::move(news)});
    }
    return is_done;
  }
  void feeds_changed_and_lists_looked_at() {
    open_lists_.feeds_changed();
    ASSERT_FALSE(go_on()) << "claims are next";
  }
  nlohmann::json patched() { return view(View::Fleet)["proved"]["patch"]; }
};

TEST_F(ClaimsTest, WhatOnlyAScannerKnowsIsInTheListAsItsWord) {
  scan("CVE-2026-2001", "eu-1", "agent", "1");
  const auto shown = line("CVE-2026-2001");
  ASSERT_FALSE(shown.is_null());
  EXPECT_EQ(shown["hosts"], 1);
  EXPECT_EQ(shown["claimed"], 1);
  EXPECT_EQ(shown["with_fix"], 0);
  EXPECT_EQ(line("CVE-2026-1001")["claimed"], 0);
  EXPECT_EQ(view(View::Vulnerability)["looked_at"], 2);
  EXPECT_EQ(view(View::Vulnerability)["named_by_scanners"], 1);
  EXPECT_TRUE(view(View::Vulnerability, " region = us")["vulnerabilities"].empty());
}

TEST_F(ClaimsTest, TheListSaysOfItWhatItsNumberSaysAlone) {
  scan("CVE-2026-1001", "eu-1", "openssl", "3.0.3");
  for (const char* id : {"CVE-2026-1001", "CVE-2026-1002"}) {
    const auto alone = view(View::Vulnerability, id);
    const auto listed = line(id);
    EXPECT_EQ(listed.is_null() ? nlohmann::json(0) : listed["hosts"], alone["vulnerable"]) << id;
  }
  scan("CVE-2026-1001", "eu-2", "openssl", "3.0.2");
  EXPECT_EQ(line("CVE-2026-1001")["hosts"], 1);
  EXPECT_EQ(line("CVE-2026-1001")["with_fix"], 1);
  EXPECT_EQ(line("CVE-2026-1001")["claimed"], 0) << "the list says so, too";
  EXPECT_EQ(view(View::Vulnerability, "CVE-2026-1001")["remedies"]["none"], 0);
}

TEST_F(ClaimsTest, WhatAllOthersContradictIsNotProvedAndNotOpen) {
  bring("exploited", {exploited("CVE-2026-1001")});
  has("eu-2", {{.name = "openssl", .version = "3.0.3"}});
  scan("CVE-2026-1001", "eu-1", "openssl", "3.0.3");
  const auto shown = line("CVE-2026-1001");
  EXPECT_EQ(shown["hosts"], 0);
  EXPECT_EQ(shown["disputed"], 1);
  EXPECT_EQ(view(View::Vulnerability)["disputed"], 1);
  EXPECT_EQ(view(View::Vulnerability)["exploited"], 0) << "no host is known to be vulnerable";
  EXPECT_EQ(needs(), Texts{});
  EXPECT_EQ(patched()["in_time"], 1);
  EXPECT_EQ(patched()["named_by_scanners"], 1);
  EXPECT_EQ(view(View::Vulnerability, "CVE-2026-1001")["not_affected"], 1);
}

TEST_F(ClaimsTest, AHostThatWasMendedAfterTheScanIsOpenNoMore) {
  bring("exploited", {exploited("CVE-2026-2001")});
  scan("CVE-2026-2001", "eu-1", "agent", "1", "2");
  EXPECT_EQ(needs(),
            Texts{"! CVE-2026-2001 (exploited): 1 host vulnerable by a scanner's word alone"});
  has("eu-1", {{.name = "agent", .version = "2"}, {.name = "openssl", .version = "3.0.3"}});
  wait(seconds(10));
  EXPECT_EQ(needs(), Texts{});
  EXPECT_EQ(line("CVE-2026-2001")["hosts"], 0);
  EXPECT_EQ(line("CVE-2026-2001")["disputed"], 1) << "no list speaks of it, so none proves it";
  scan("CVE-2026-2001", "eu-1", "agent", "1");
  EXPECT_EQ(line("CVE-2026-2001")["disputed"], 1) << "it saw another version";
}

TEST_F(ClaimsTest, WhatAScannerNamesHasADeadlineOnceItNamesAFix) {
  bring("exploited", {exploited("CVE-2026-2001")});
  scan("CVE-2026-2001", "eu-1", "agent", "1", "2");
  wait(hours(72));
  EXPECT_EQ(needs(), Texts{"!! CVE-2026-2001 (exploited): 1 host past the 72 h deadline by a "
                           "scanner's word alone"});
  EXPECT_EQ(line("CVE-2026-2001")["late"], 1);
  EXPECT_EQ(patched()["late"], 1);
  scan("CVE-2026-2001", "eu-1", "agent", "1");
  EXPECT_EQ(needs(),
            Texts{"! CVE-2026-2001 (exploited): 1 host vulnerable by a scanner's word alone"});
}

TEST_F(ClaimsTest, WhereNoListSpeaksOfAReleaseAScannerStillDoes) {
  tells("us-1", {.release = "suse:15", .packages = {{.name = "bash", .version = "4"}}});
  scan("CVE-2026-2001", "us-1", "bash", "4", "5");
  EXPECT_EQ(line("CVE-2026-2001")["hosts"], 1);
  EXPECT_EQ(line("CVE-2026-2001")["clock_known"], true);
  EXPECT_EQ(state.exposures.count({"CVE-2026-2001", "suse:15"}), 1U) << "as lists would have it";
}

TEST_F(ClaimsTest, AListThatComesWhileClaimsAreWeighedCountsItsHostOnce) {
  bring("exploited", {exploited("CVE-2026-1001")});
  scan("CVE-2026-1001", "eu-1", "openssl", "3.0.1", "3.0.3");
  feeds_changed_and_lists_looked_at();
  has("eu-1", {{.name = "openssl", .version = "3.0.1"}});
  look_at_lists();
  wait(seconds(20));
  EXPECT_EQ(needs(), Texts{"! CVE-2026-1001 (exploited): 2 hosts vulnerable"});
  EXPECT_EQ(line("CVE-2026-1001")["hosts"], 2);
  ASSERT_NE(open_lists_.claims(host_id("eu-1")), nullptr);
  EXPECT_TRUE(open_lists_.claims(host_id("eu-1"))->open.empty()) << "the list says so, too";
  EXPECT_EQ(line("CVE-2026-1001")["claimed"], 0);
}

TEST_F(ClaimsTest, AnImportThatAgreesWithAScannerCountsNoHostTwice) {
  bring("exploited", {exploited("CVE-2026-2001")});
  scan("CVE-2026-2001", "eu-1", "agent", "1", "2");
  bring("osv-debian", {about("CVE-2026-2001", Severity::High, {fixed_in("agent", "2")})});
  for (bool is_done = false; !is_done;) {
    is_done = go_on();
    EXPECT_EQ(line("CVE-2026-2001")["hosts"], 1);
    ASSERT_EQ(needs().size(), 1U);
    EXPECT_TRUE(needs().front().starts_with("! CVE-2026-2001 (exploited): 1 host vulnerable"));
  }
  EXPECT_EQ(line("CVE-2026-2001")["claimed"], 0);
}

TEST_F(ClaimsTest, AHostIsCountedThoughItsListWasNotLookedAtSince) {
  const std::string id = "CVE-2026-2001";
  Statement undecided = fixed_in("tool", "");
  undecided.fix = Fix::Undetermined;
  bring("osv-debian", {about(id, Severity::High, {fixed_in("agent", "2"), undecided})});
  const std::vector<InstalledPackage> old = {{.name = "agent", .version = "1"}};
  has("eu-2", old);
  look_at_lists();
  const auto forget = [&] {
    const Digest& packages = state.hosts.at(host_id("eu-2")).sight.row.packages;
    records_.rows.erase({Axis::Cache, packages_key(packages)});
  };
  forget();
  hosts[host_id("eu-2")].silent = true;
  has("eu-1", {{.name = "tool", .version = "1"}});
  bring("exploited", {exploited(id)});
  wait(std::chrono::minutes(5));
  scan(id, "eu-1", "tool", "1", "2");
  EXPECT_EQ(needs(),
            Texts{"! CVE-2026-2001 (exploited): 1 host vulnerable by a scanner's word alone"});
  has("eu-1", old);
  forget();
  EXPECT_EQ(needs(), Texts{"! CVE-2026-2001 (exploited): 1 host vulnerable"})
      << "by its list, which did not know yet that it is exploited";
}

TEST_F(ClaimsTest, OfWhichHostsAScannerSpeaksIsPlain) {
  bring("exploited", {exploited("CVE-2026-1001")});
  look_at_lists();
  has("us-1", {{.name = "openssl", .version = "3.0.1"}});
  tells("us-2", {.release = "suse:15", .packages = {{.name = "bash", .version = "4"}}});
  scan("CVE-2026-1001", "us-2", "bash", "4");
  wait(hours(72));
  EXPECT_EQ(needs(), Texts{"!! CVE-2026-1001 (exploited): 3 hosts vulnerable, 1 of them by a "
                           "scanner's word alone, 2 past the 72 h deadline"});
}

TEST_F(ClaimsTest, ALateNeedDoesNotGoAndComeWithAnImport) {
  Vulnerability critical = about("CVE-2026-2002", Severity::Critical, {});
  bring("nvd", {critical});
  scan("CVE-2026-2002", "eu-1", "agent", "1", "2");
  wait(hours(7 * 24));
  const Texts late = {
      "! CVE-2026-2002 (critical): 1 host past the 7 d deadline by a scanner's word alone"};
  EXPECT_EQ(needs(), late);
  bring("exploited", {exploited("CVE-2026-9999")});
  for (bool is_done = false; !is_done;) {
    is_done = go_on();
    EXPECT_EQ(needs(), late);
  }
}

TEST_F(ClaimsTest, AHostThatNoScannerNamesAnyMoreIsForgotten) {
  scan("CVE-2026-2001", "eu-1", "agent", "1");
  scan("CVE-2026-2001", "eu-2", "openssl", "3.0.2");
  EXPECT_EQ(open_lists_.claims(host_id("eu-1")), nullptr);
  EXPECT_NE(open_lists_.claims(host_id("eu-2")), nullptr);
  EXPECT_EQ(line("CVE-2026-2001")["hosts"], 1);
  feeds_.erase("scanner");
  state.feeds.erase("scanner");
  open_lists_.feeds_changed();
  wait(seconds(10));
  EXPECT_EQ(open_lists_.claims(host_id("eu-2")), nullptr);
  EXPECT_TRUE(line("CVE-2026-2001").is_null());
}

TEST_F(ClaimsTest, UntilItsNewListIsLookedAtAHostIsNotKnown) {
  scan("CVE-2026-2001", "eu-1", "agent", "1");
  EXPECT_EQ(patched()["in_time"], 2) << "what nothing mends is not late";
  has("eu-1", {{.name = "agent", .version = "3"}});
  look_at_lists();
  EXPECT_EQ(patched()["in_time"], 1);
  EXPECT_EQ(view(View::Vulnerability)["looked_at"], 1);
  wait(seconds(10));
  EXPECT_EQ(view(View::Vulnerability)["looked_at"], 2);
}

}  // namespace
}  // namespace mainstay::coordinator
