// What is not known of hosts: it is never in time, and no screen passes over it.
#include "coordinator/shell/exposure_world.h"

namespace mainstay::coordinator {
namespace {

class ExposureDoubtTest : public ExposureWorld {
 protected:
  ExposureDoubtTest() {
    bring("debian-tracker",
          {about("CVE-2026-1001", Severity::High, {fixed_in("openssl", "3.0.3")})});
    has("eu-1", {{.name = "openssl", .version = "3.0.3"}});
    says_all_is_well("eu-1");
    look_at_lists();
  }
  void says_all_is_well(const std::string& host) {
    state.hosts.at(host_id(host)).sight.dates.patch = PatchWord{.judgement = Judgement::Proved};
  }
  int why_not_known(const std::string& why) {
    const auto shown = view(View::Vulnerability);
    for (const auto& one : shown["why_not_known"]) {
      if (one["why"] == why) return one["hosts"];
    }
    return 0;
  }
  int in_time() { return view(View::Fleet)["proved"]["patch"]["in_time"]; }
};

TEST_F(ExposureDoubtTest, NothingIsKnownOfAReleaseOfWhichNoListSpeaks) {
  ASSERT_EQ(in_time(), 1);
  tells("eu-2", {.release = "debian:13",
                 .sees_processes = true,
                 .packages = {{.name = "openssl", .version = "3.0.2"}}});
  says_all_is_well("eu-2");
  look_at_lists();
  EXPECT_EQ(in_time(), 1);
  EXPECT_TRUE(view(View::Host, "eu-2")["vulnerabilities"].is_null());
  EXPECT_FALSE(view(View::Host, "eu-1")["vulnerabilities"].is_null());
}

TEST_F(ExposureDoubtTest, WhatACutListLeavesOutIsNotKnown) {
  tells("eu-2", {.release = "debian:12",
                 .packages = {{.name = "openssl", .version = "3.0.2"}},
                 .is_whole = false});
  look_at_lists();
  const auto shown = view(View::Vulnerability);
  EXPECT_EQ(shown["looked_at"], 1);
  EXPECT_EQ(shown["not_known"], 5);
  EXPECT_EQ(why_not_known("its list of packages is cut"), 1);
  EXPECT_EQ(shown["vulnerabilities"][0]["hosts"], 1) << "what it has counts";
}

TEST_F(ExposureDoubtTest, WhereThereIsNoRoomForAClockNobodyKnowsTheDeadline) {
  limits.exposures_max = 0;
  has("eu-2", {{.name = "openssl", .version = "3.0.2"}});
  says_all_is_well("eu-2");
  look_at_lists();
  EXPECT_EQ(in_time(), 1);
  EXPECT_EQ(view(View::Fleet)["proved"]["patch"]["late"], 0);
  const auto all = line("CVE-2026-1001");
  EXPECT_TRUE(all["deadline_at"].is_null());
  EXPECT_EQ(all["clock_known"], false);
  EXPECT_EQ(view(View::Host, "eu-2")["vulnerabilities"]["first"]["clock_known"], false);
  EXPECT_EQ(view(View::Fleet)["needs"][0]["text"],
            "1 vulnerability has no deadline: no room to keep since when");
  limits.exposures_max = 8;
  has("eu-3", {{.name = "openssl", .version = "3.0.1"}});
  look_at_lists();
  EXPECT_EQ(line("CVE-2026-1001")["clock_known"], true);
  EXPECT_TRUE(view(View::Fleet)["needs"].empty());
}

TEST_F(ExposureDoubtTest, WithAListLostNothingIsKnownOfAnyHost) {
  bring("exploited", {exploited("CVE-2026-1001")});
  lose("exploited");
  look_at_lists();
  EXPECT_EQ(view(View::Vulnerability)["looked_at"], 0);
  EXPECT_EQ(view(View::Vulnerability)["lost"], nlohmann::json{"exploited"});
  EXPECT_EQ(why_not_known("the list exploited is lost"), 1);
}

}  // namespace
}  // namespace mainstay::coordinator
