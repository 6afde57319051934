// What one host tells of what a scanner says of it.
#include "coordinator/shell/exposure_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class HostClaimsTest : public ExposureWorld {
 protected:
  HostClaimsTest() {
    bring("debian-tracker",
          {about("CVE-2026-1001", Severity::High, {fixed_in("openssl", "3.0.3")})});
    has("eu-1", {{.name = "agent", .version = "1", .candidate = "2"},
                 {.name = "openssl", .version = "3.0.3"}});
    has("eu-2", {{.name = "openssl", .version = "3.0.2"}});
  }
};

TEST_F(HostClaimsTest, AHostThatIsLateByAScannersWordSaysSo) {
  bring("exploited", {exploited("CVE-2026-2001")});
  look_at_lists();
  EXPECT_EQ(view(View::Host, "eu-1")["vulnerabilities"]["whole"], true);
  scan("CVE-2026-2001", "eu-1", "agent", "1", "2");
  finds_updates("eu-1", Judgement::Proved, seconds(0));
  wait(hours(72));
  const auto open = view(View::Host, "eu-1")["vulnerabilities"];
  EXPECT_EQ(open["exploited"], 1);
  EXPECT_EQ(open["claimed"], 1);
  EXPECT_EQ(open["whole"], true);
  EXPECT_EQ(open["first"]["id"], "CVE-2026-2001");
  EXPECT_EQ(open["first"]["package"], "agent");
  EXPECT_EQ(open["first"]["fixed"], "2");
  EXPECT_EQ(open["first"]["by_scanner"], true);
  EXPECT_EQ(open["first"]["deadline_seconds"], 0);
  const auto report = view(View::Findings, "patch")["hosts"][0];
  EXPECT_EQ(report["vulnerabilities"], open);
  EXPECT_EQ(report["findings"][0]["deadline_at"], open["first"]["deadline_at"]);
  EXPECT_EQ(view(View::Host, "eu-2")["vulnerabilities"]["first"]["by_scanner"], false);
}

TEST_F(HostClaimsTest, WhatAHostIsOpenToIsNotWholeWhereAScannersWordIsNotKnown) {
  scan("CVE-2026-1001", "eu-1", "openssl", "3.0.3");
  const auto disputed = view(View::Host, "eu-1")["vulnerabilities"];
  EXPECT_EQ(disputed["disputed"], 1);
  EXPECT_EQ(disputed["whole"], false);
  has("eu-2", {{.name = "bash", .version = "6"}});
  scan("CVE-2026-2001", "eu-2", "bash", "6");
  has("eu-2", {{.name = "bash", .version = "7"}});
  look_at_lists();
  EXPECT_EQ(view(View::Host, "eu-2")["vulnerabilities"]["whole"], false) << "by its list before";
}

TEST_F(HostClaimsTest, WhatItsListSaysMeanwhileIsNotToldAsAScannersWordToo) {
  scan("CVE-2026-2001", "eu-1", "agent", "1", "2");
  EXPECT_EQ(view(View::Host, "eu-1")["vulnerabilities"]["claimed"], 1);
  bring("osv-debian", {about("CVE-2026-2001", Severity::High, {fixed_in("agent", "2")})});
  ASSERT_FALSE(open_lists_.go_on(context())) << "claims are next";
  const auto open = view(View::Host, "eu-1")["vulnerabilities"];
  EXPECT_EQ(open["other"], 1);
  EXPECT_EQ(open["claimed"], 0);
  EXPECT_EQ(open["first"]["by_scanner"], false);
}

TEST_F(HostClaimsTest, WhereNoListSpeaksOfItsReleaseItIsOpenAndNotWhole) {
  tells("us-1", {.release = "suse:15", .packages = {{.name = "bash", .version = "4"}}});
  scan("CVE-2026-2001", "us-1", "bash", "4", "5");
  const auto open = view(View::Host, "us-1")["vulnerabilities"];
  EXPECT_EQ(open["other"], 1);
  EXPECT_EQ(open["first"]["by_scanner"], true);
  EXPECT_EQ(open["whole"], false) << "no list says what else it is open to";
}

TEST_F(HostClaimsTest, WhatListsSayOfItsClaimsIsBoundedToo) {
  const auto weigh = [&](int claims, int statements) {
    std::vector<Vulnerability> told;
    std::vector<Vulnerability> named;
    for (int i = 0; i < claims; ++i) {
      const std::string id = "CVE-2026-" + std::to_string(10'000 + i);
      told.push_back(about(id, Severity::Unknown, {}));
      for (int j = 0; j < statements; ++j) {
        told.back().statements.push_back(fixed_in("p" + std::to_string(j), "2"));
      }
      named.push_back(about(id, Severity::Unknown, {}));
      named.back().claims = {{.host = "eu-1", .package = "agent", .version = "1", .fixed = ""}};
    }
    bring("debian-tracker", std::move(told));
    bring("scanner", std::move(named));
    const std::vector<const Feed*> feeds = {&feeds_.at("debian-tracker"), &feeds_.at("scanner")};
    const Host& host = state.hosts.at(host_id("eu-1"));
    return host_claims(records_, feeds, host_id("eu-1"), host.sight.row.packages,
                       claimed_of(feeds, host_id("eu-1")));
  };
  const auto few = weigh(50, 20);
  ASSERT_TRUE(few);
  EXPECT_TRUE(few->is_whole);
  EXPECT_EQ(few->weighed, 50U + 50U * 20U / 10U) << "which a piece counts by";
  const auto many = weigh(40, 1'000);
  ASSERT_TRUE(many);
  EXPECT_FALSE(many->is_whole);
  EXPECT_EQ(many->weighed, 30U + 30'000U / 10U) << "and no more is looked at";
}

}  // namespace
}  // namespace mainstay::coordinator
