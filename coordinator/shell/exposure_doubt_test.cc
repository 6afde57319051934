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

}  // namespace
}  // namespace mainstay::coordinator
