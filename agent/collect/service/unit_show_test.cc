#include "agent/collect/service/unit_show.h"

#include <gtest/gtest.h>

namespace mainstay::agent::service {
namespace {

using namespace std::chrono_literals;

TEST(UnitShowTest, ReadsWhatSystemd252Prints) {
  const auto units = read_units(R"(Result=exit-code
NRestarts=53
ExecMainStatus=3
Id=flap.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
StateChangeTimestamp=Thu 2026-11-26 18:07:23 UTC
ActiveEnterTimestamp=Thu 2026-11-26 18:07:23 UTC

Result=exit-code
NRestarts=0
ExecMainStatus=1
Id=host\x2dile@\x1b.service
LoadState=loaded
ActiveState=failed
SubState=failed
StateChangeTimestamp=
ActiveEnterTimestamp=n/a

TimersMonotonic={ OnUnitActiveUSec=2h ; next_elapse=0 }
TimersMonotonic={ OnBootUSec=1s ; next_elapse=23h 25min 1.668587s }
NextElapseUSecRealtime=
NextElapseUSecMonotonic=infinity
LastTriggerUSec=Thu 2026-11-26 18:07:11 UTC
Result=success
AccuracyUSec=1min
Id=tick.timer
LoadState=loaded
ActiveState=active
SubState=running
StateChangeTimestamp=Thu 2026-11-26 18:07:11 UTC
ActiveEnterTimestamp=Thu 2026-11-26 18:07:10 UTC
)");
  ASSERT_TRUE(units.has_value()) << units.error().detail;
  ASSERT_EQ(units->size(), 3U);
  EXPECT_EQ((*units)[0].restarts, 53);
  EXPECT_EQ((*units)[0].exit_status, 3);
  EXPECT_EQ((*units)[1].id, "host\\x2dile@\\x1b.service");
  EXPECT_FALSE((*units)[1].changed.has_value());
  EXPECT_EQ((*units)[2].period, Duration(2h));
  EXPECT_EQ((*units)[2].accuracy, Duration(1min));
  EXPECT_FALSE((*units)[2].next_monotonic.has_value());
  EXPECT_TRUE((*units)[2].triggered.has_value());
}

TEST(UnitShowTest, AsksForAllThatItReads) {
  EXPECT_TRUE(unit_properties().starts_with("Id,LoadState,ActiveState,"));
  EXPECT_TRUE(read_units("")->empty());
  EXPECT_TRUE(read_units("\n\n")->empty());
}

TEST(UnitShowTest, RefusesWhatSystemctlDoesNotPrint) {
  const std::string good = "Id=a.service\nActiveState=active\n";
  EXPECT_EQ(read_units(good + "\n" + good)->size(), 2U);
  for (const std::string& text :
       {std::string("Id=a.service\n"), good + "Id=b.service\n", good + "words\n",
        good + "Other=1\n", good + "NRestarts=many\n", good + "NRestarts=\n", good + "Id=a",
        std::string("ActiveState=active\n"), good + "LastTriggerUSec=yesterday\n",
        "Id=" + std::string(256, 'a') + "\nActiveState=x\n",
        good + "SubState=" + std::string(65, 'a') + "\n"}) {
    EXPECT_FALSE(read_units(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mainstay::agent::service
