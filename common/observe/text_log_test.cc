#include "common/observe/text_log.h"

#include <gtest/gtest.h>

namespace mainstay::observe {
namespace {

constexpr WallTime kAt = wall_from_ms(1'795'406'706'999);  // 2026-11-23T04:05:06.999Z

class TextLogTest : public testing::Test {
 protected:
  std::string lines_;
  TextLog log_{{.level_min = Level::Info,
                .sink = [this](std::string_view line) { lines_ += line; },
                .wall = [] { return kAt; },
                .recorder = nullptr}};
};

TEST_F(TextLogTest, WritesALineForAPersonAndAMachine) {
  log_.event(Level::Info, "permit.refused",
             {{"host", *HostId::parse("h17")}, {"reason", "window_closed"}, {"waited_s", 12}});
  EXPECT_EQ(lines_,
            "2026-11-23T04:05:06Z info permit.refused host=h17 reason=window_closed waited_s=12\n");
}

TEST_F(TextLogTest, EscapesAndQuotesWhatAPeerSays) {
  log_.event(Level::Info, "said",
             {{"a", "two words"},
              {"b", "x\n\x1b[2J"},
              {"c", "\"\\"},
              {"d", ""},
              {"e", "k=v"},
              {"f", "\xc3\xbc\x7f"}});
  EXPECT_EQ(
      lines_,
      "2026-11-23T04:05:06Z info said a=\"two words\" b=\"x\\x0a\\x1b[2J\" c=\"\\\"\\\\\" d=\"\" "
      "e=\"k=v\" f=\"\\xc3\\xbc\\x7f\"\n");
}

TEST_F(TextLogTest, BoundsValuesAndLines) {
  log_.event(Level::Info, "long", {{"v", std::string(10'000, 'a')}});
  EXPECT_NE(lines_.find("v=" + std::string(kValueBytesMax, 'a') + "...\n"), std::string::npos);
  lines_.clear();
  const std::string wide(kValueBytesMax, '\x01');  // four characters each
  log_.event(Level::Info, "long",
             {{"a", wide}, {"b", wide}, {"c", wide}, {"d", wide}, {"e", wide}});
  EXPECT_EQ(lines_.size(), kLineBytesMax);
  EXPECT_TRUE(lines_.ends_with("...\n"));
}

TEST_F(TextLogTest, DropsBelowItsLevelAndCounts) {
  log_.event(Level::Debug, "a", {});
  EXPECT_EQ(lines_, "");
  log_.event(Level::Warn, "b", {});
  log_.event(Level::Warn, "b", {});
  log_.event(Level::Error, "c", {});
  EXPECT_EQ(log_.warnings(), 2U);
  EXPECT_EQ(log_.errors(), 1U);
  EXPECT_NE(lines_.find(" error c\n"), std::string::npos);
}

TEST(TextLogRecorderTest, RecordsEveryLevel) {
  FlightRecorder recorder(4);
  std::string lines;
  TextLog log({.level_min = Level::Error,
               .sink = [&](std::string_view line) { lines += line; },
               .wall = [] { return kAt; },
               .recorder = &recorder});
  log.event(Level::Debug, "quiet", {});
  testing::internal::CaptureStderr();
  recorder.write_to(2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "2026-11-23T04:05:06Z debug quiet\n");
  EXPECT_EQ(lines, "");
}

}  // namespace
}  // namespace mainstay::observe
