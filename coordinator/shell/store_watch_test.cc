#include "coordinator/shell/store_watch.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mainstay::coordinator {
namespace {

struct NamingLog : Log {
  void event(Level, std::string_view name, std::initializer_list<Field> fields) override {
    lines.push_back(std::string(name) + " " + fields.begin()->value);
  }
  std::vector<std::string> lines;
};

class StoreWatchTest : public testing::Test {
 protected:
  void look(std::uint64_t commits, Duration later) {
    now_.mono += later;
    now_.wall += later;
    watch_.look({.commits = commits, .reason = "full"}, now_);
  }

  Now now_{.mono = Instant(std::chrono::hours(1)), .wall = WallTime(std::chrono::hours(500'000))};
  NamingLog log_;
  StoreWatch watch_{log_};
};

TEST_F(StoreWatchTest, ALossIsLoggedOnceAMinuteWithItsCount) {
  look(0, std::chrono::seconds(1));
  EXPECT_TRUE(log_.lines.empty());
  for (std::uint64_t second = 1; second <= 60; ++second) look(second, std::chrono::seconds(1));
  EXPECT_EQ(log_.lines, std::vector<std::string>{"store.cache_lost 1"});
  look(61, std::chrono::seconds(1));
  EXPECT_EQ(log_.lines.back(), "store.cache_lost 60");
}

TEST_F(StoreWatchTest, ALossIsShownUntilNothingWasLostForTenMinutes) {
  look(0, std::chrono::seconds(1));
  EXPECT_FALSE(watch_.health().cache_since);
  look(3, std::chrono::seconds(1));
  const auto began = watch_.health().cache_since;
  EXPECT_EQ(began, now_.wall);
  look(4, std::chrono::minutes(9));
  look(4, std::chrono::minutes(9));
  EXPECT_EQ(watch_.health().cache_since, began);
  look(4, std::chrono::minutes(1));
  EXPECT_FALSE(watch_.health().cache_since);
  EXPECT_EQ(watch_.health().cache_lost, 4U);
}

TEST_F(StoreWatchTest, ATruthThatFillsIsLoggedWhenItPassesItsMark) {
  watch_.look_at_truth(0.5);
  EXPECT_TRUE(log_.lines.empty());
  watch_.look_at_truth(0.76);
  watch_.look_at_truth(0.77);
  EXPECT_EQ(log_.lines, std::vector<std::string>{"store.nearly_full 76"});
}

}  // namespace
}  // namespace mainstay::coordinator
