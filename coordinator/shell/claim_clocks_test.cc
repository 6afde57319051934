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
  void restart() {
    open_lists_ = OpenLists();
    wait(std::chrono::seconds(10));
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

TEST_F(ClaimClocksTest, AStartWinsNoTime) {
  scan_many_releases();
  wait(hours(72));
  EXPECT_EQ(needs(), kLate);
  restart();
  EXPECT_EQ(needs(), kLate) << "though its release is the first since then";
  EXPECT_EQ(state.exposures.count({kId, kLast}), 0U);
}

TEST_F(ClaimClocksTest, AnUpgradeFromBeforeClocksWereKeptByReleaseWinsNoTime) {
  wait(hours(100));  // hosts have been there for longer
  state.exposures[{kId, "unlisted"}] = {.vulnerability = kId,
                                        .release = "unlisted",
                                        .seen_at = now.wall - hours(71),
                                        .fix_at = now.wall - hours(71),
                                        .gone_at = {}};
  scan_release("suse:15");
  EXPECT_TRUE(needs().front().starts_with("! "));
  wait(hours(1));
  EXPECT_EQ(needs(), kLate);
}

TEST_F(ClaimClocksTest, OfTwoClocksTheOneThatBeganFirstCounts) {
  scan_many_releases();
  wait(hours(71));
  Statement of_last = fixed_in("zlib", "9");
  of_last.release = kLast;
  Statement undecided = of_last;
  undecided.package = "bash";
  undecided.fix = Fix::Undetermined;
  undecided.fixed = {};
  bring("osv-made-up", {about(kId, Severity::Low, {of_last, undecided})});
  tells("us-2", {.release = kLast, .packages = {{.name = "zlib", .version = "1"}}});
  wait(hours(1));
  EXPECT_EQ(state.exposures.count({kId, kLast}), 1U) << "of us-2, by its list";
  EXPECT_EQ(needs(), Texts{"!! CVE-2026-2001 (exploited): 2 hosts vulnerable, 1 of them by a "
                           "scanner's word alone, 1 past the 72 h deadline"});
}

TEST_F(ClaimClocksTest, WhatItsListSaysIsNoScannersWordByWhicheverClock) {
  bring("debian-tracker", {about("CVE-2026-1003", Severity::Low, {fixed_in("bash", "")})});
  state.exposures[{"CVE-2026-1003", "unlisted"}] = {.vulnerability = "CVE-2026-1003",
                                                    .release = "unlisted",
                                                    .seen_at = now.wall,
                                                    .fix_at = now.wall,
                                                    .gone_at = {}};
  has("us-1", {{.name = "bash", .version = "4"}});
  scan("CVE-2026-1003", "us-1", "bash", "4", "5");
  EXPECT_EQ(line("CVE-2026-1003")["hosts"], 1);
  EXPECT_EQ(line("CVE-2026-1003")["claimed"], 0);
}

}  // namespace
}  // namespace mainstay::coordinator
