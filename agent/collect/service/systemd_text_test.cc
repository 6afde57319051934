#include "agent/collect/service/systemd_text.h"

#include <gtest/gtest.h>

namespace mainstay::agent::service {
namespace {

using namespace std::chrono_literals;

TEST(SystemdTextTest, ReadsTimesInUtcOnly) {
  EXPECT_EQ(**read_systemd_time("Tue 2026-11-24 16:03:00 UTC"), WallTime(1795536180s));
  EXPECT_EQ(**read_systemd_time("Tue 2026-11-24 16:03:00.123456 UTC"), WallTime(1795536180s));
  EXPECT_EQ(**read_systemd_time("@1795536180"), WallTime(1795536180s));
  EXPECT_FALSE(read_systemd_time("")->has_value());
  EXPECT_FALSE(read_systemd_time("n/a")->has_value());
  for (const char* text :
       {"Tue 2026-11-24 16:03:00 CET", "Tue 2026-02-30 16:03:00 UTC", "2026-11-24 16:03:00 UTC",
        "Tue 2026-11-24 24:03:00 UTC", "Tue 2026-11-24 16:03 UTC", "Tue -026-11-24 16:03:00 UTC",
        "@", "@-1", "@99999999999999", "@1x", "Tue", " UTC", "Tue  UTC"}) {
    EXPECT_FALSE(read_systemd_time(text).has_value()) << text;
  }
}

TEST(SystemdTextTest, ReadsSpansAsSystemdAddsThemUp) {
  EXPECT_EQ(**read_systemd_span("1d 2h 3min 4.5s"), Duration(24h + 2h + 3min + 4500ms));
  EXPECT_EQ(**read_systemd_span("23h 25min 1.668587s"), Duration(23h + 25min + 1668ms));
  EXPECT_EQ(**read_systemd_span("1w"), Duration(168h));
  EXPECT_EQ(**read_systemd_span("1month 1us"), Duration(2629800s));
  EXPECT_EQ(**read_systemd_span("0"), Duration(0));
  EXPECT_FALSE(read_systemd_span("infinity")->has_value());
  for (const char* text :
       {"1", "d", "1d  2h", " 1d", "-1d", "1e9d", "nan s", "1fortnight", "9999y"}) {
    EXPECT_FALSE(read_systemd_span(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mainstay::agent::service
