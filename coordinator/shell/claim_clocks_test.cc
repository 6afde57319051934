// By which clocks the time counts of what only a scanner says: nothing wins any.
#include "coordinator/shell/exposure_world.h"

namespace mainstay::coordinator {
namespace {

using std::chrono::hours;
using Texts = std::vector<std::string>;

const std::string kId = "CVE-2026-2001";
const std::string kLast = "made-up:69";
const Texts kLate = {
    "!! CVE-2026-2001 (exploited): 1 host past the 72 h deadline by a scanner's word alone"};

class ClaimClocksTest : public ExposureWorld {
 protected:
  ClaimClocksTest() { bring("exploited", {exploited(kId)}); }
  void scan_release(const std::string& release) {
    tells("us-1", {.release = release, .packages = {{.name = "bash", .version = "4"}}});
    scan(kId, "us-1", "bash", "4", "5");
  }
  void scan_many_releases() {
    for (int i = 0; i < 70; ++i) scan_release("made-up:" + std::to_string(i));
  }
};

TEST_F(ClaimClocksTest, AListThatBeginsToSpeakOfAReleaseWinsNoTime) {
  scan_release("suse:15");
  wait(hours(72));
  EXPECT_EQ(needs(), kLate);
  Statement of_suse = fixed_in("zlib", "9");
  of_suse.release = "suse:15";
  bring("osv-suse", {about("CVE-2026-1009", Severity::Low, {of_suse})});
  wait(hours(1));
  EXPECT_EQ(needs(), kLate);
  EXPECT_EQ(line(kId)["late"], 1);
  lose("osv-suse");
  wait(hours(1));
  EXPECT_EQ(needs(), kLate);
}

TEST_F(ClaimClocksTest, ReleasesBeyondManyShareOneClock) {
  scan_many_releases();
  EXPECT_EQ(state.exposures.count({kId, "made-up:9"}), 1U);
  EXPECT_EQ(state.exposures.count({kId, kLast}), 0U);
  EXPECT_EQ(state.exposures.count({kId, "unlisted"}), 1U);
}

}  // namespace
}  // namespace mainstay::coordinator
