#include "agent/collect/backup/text/instant_text.h"

#include <string>

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

TEST(InstantTextTest, ReadsZonesAndFractions) {
  const WallTime at = wall_from_ms(1'795'714'334'000);
  for (const char* text : {"2026-11-26T17:32:14Z", "2026-11-26T17:32:14.398178809Z",
                           "2026-11-26T18:32:14.4+01:00", "2026-11-26T12:02:14-05:30"}) {
    const auto read = read_instant(text, ZonelessText::IsRefused);
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_EQ(*read, at) << text;
  }
}

TEST(InstantTextTest, WithoutAZoneOnlyWhereTheCallerKnowsIt) {
  EXPECT_FALSE(read_instant("2026-11-26T17:32:14", ZonelessText::IsRefused).has_value());
  const auto read = read_instant("2026-11-26T17:32:14.000000", ZonelessText::IsUtc);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, wall_from_ms(1'795'714'334'000));
}

TEST(InstantTextTest, RefusesWhatIsNone) {
  for (const char* bad :
       {"", "2026", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "1969-12-31T23:59:59Z",
        "2026-11-26T25:00:00Z", "2026-11-26T17:32:14.Z", "2026-11-26T17:32:14+1:00",
        "2026-11-26T17:32:14Z ", "2026-11-26 17:32", "-026-11-26T17:32:14Z"}) {
    EXPECT_FALSE(read_instant(bad, ZonelessText::IsUtc).has_value()) << bad;
  }
}

}  // namespace
}  // namespace mainstay::agent::backup
