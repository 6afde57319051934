#include "agent/collect/backup/text/command_text.h"

#include <string>

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

TEST(CommandTextTest, ReadsOneLine) {
  const auto newest = read_command_newest("{\"at\": 1795714510, \"bytes\": 4711}\n");
  ASSERT_TRUE(newest.has_value()) << newest.error().detail;
  EXPECT_EQ(newest->at, wall_from_ms(1'795'714'510'000));
  EXPECT_EQ(newest->bytes, 4711);
  EXPECT_EQ(read_command_newest("{\"at\":1}")->bytes, std::nullopt);
}

TEST(CommandTextTest, RefusesWhatTheContractDoesNotSay) {
  for (const char* bad :
       {"", "1795714510", "{\"at\":-1}", "{\"at\":\"1\"}", "{\"at\":1.5}", "{\"at\":1,\"size\":2}",
        "{\"at\":1}\n{\"at\":2}\n", "{\"bytes\":1}", "{\"at\":99999999999999}", "null"}) {
    EXPECT_FALSE(read_command_newest(bad).has_value()) << bad;
  }
  EXPECT_FALSE(read_command_newest("{\"at\":1" + std::string(5000, ' ') + "}").has_value());
}

}  // namespace
}  // namespace mainstay::agent::backup
