#include "common/select/value.h"

#include <gtest/gtest.h>

namespace mainstay {
namespace {

using namespace std::chrono_literals;

TEST(SelectorValueTest, ReadsOneNumberAndOneUnit) {
  EXPECT_EQ(parse_duration("26h"), 26h);
  EXPECT_EQ(parse_duration("7d"), 168h);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_byte_count("10GiB"), std::int64_t{10} << 30U);
  EXPECT_EQ(parse_integer("-4"), -4);
  for (const char* wrong : {"", "h", "26", "1h30m", "-1h", "1.5h", "26H", "999999999999999d"}) {
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(parse_byte_count("10GB"), std::nullopt);
  EXPECT_EQ(parse_byte_count("9000PiB"), std::nullopt);
  EXPECT_EQ(parse_integer("4x"), std::nullopt);
}

TEST(SelectorValueTest, PrintsTheLargestUnitThatDivides) {
  EXPECT_EQ(duration_text(26h), "26h");
  EXPECT_EQ(duration_text(48h), "2d");
  EXPECT_EQ(duration_text(0ms), "0s");
  EXPECT_EQ(byte_count_text(1536), "1536B");
  EXPECT_EQ(byte_count_text(0), "0B");
}

}  // namespace
}  // namespace mainstay
